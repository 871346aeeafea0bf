import { MalformedBytes } from '@visavis/kernel';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { derIntegerHex, derOid, derSmallInteger, derTimeMs, hexOf } from '../tlv/der-values.ts';

/** Documents that a state says it made wrongly, and how. */
export interface Deviation {
  readonly documentType: string | undefined;
  /** The document signer that made them; undefined: of any. */
  readonly documentSigner: { readonly issuer: Uint8Array; readonly serialNumberHex: string } | { readonly subjectKeyIdHex: string } | { readonly certificateDigestHex: string } | undefined;
  readonly issued: { readonly fromMs: number; readonly untilMs: number } | undefined;
  /** undefined: all. */
  readonly documentNumbers: ReadonlySet<string> | undefined;
  /** Kinds of defect: 2.23.136.1.1.7.* */
  readonly types: readonly string[];
}

/** A state's deviation list whose signature was verified up to an anchor. */
export interface DeviationList {
  /** countryName of who signed it. */
  readonly country: string | undefined;
  readonly deviations: readonly Deviation[];
}

/** One document number takes one node; Estonia's list of 2018 has 169 422. */
export const MAX_DEVIATION_LIST_NODES = 4_000_000;

/**
 * DeviationList. Throws MalformedBytes.
 * @source ICAO 9303-3 "Deviation list" ASN.1, 9303-12 §8
 */
export function readDeviations(content: Uint8Array): readonly Deviation[] {
  const fields = new DerFields(parseDer(content, MAX_DEVIATION_LIST_NODES), TAG.sequence);
  derSmallInteger(fields.next(TAG.integer));
  fields.optional(TAG.sequence);
  const deviations = fields.next(TAG.set).children.map(readDeviation);
  fields.end();
  return deviations;
}

function readDeviation(node: DerNode): Deviation {
  const fields = new DerFields(node, TAG.sequence);
  const documents = new DerFields(fields.next(TAG.sequence), TAG.sequence);
  const types = fields.next(TAG.set).children.map(readType);
  fields.end();
  const documentType = documents.optional(0x80, 0xa0);
  const signer = documents.optional(0xa1, 0x82, 0x83, 0xa2, 0xa3);
  const issued = documents.optional(0xa4);
  const numbers = documents.optional(0xa5);
  documents.end();
  return {
    documentType: documentType && text(documentType),
    documentSigner: signer && readSigner(signer),
    issued: issued && readPeriod(issued),
    documentNumbers: numbers && new Set(numbers.children.map((number) => text(number).replace(/<+$/, ''))),
    types,
  };
}

function readType(description: DerNode): string {
  const oid = description.children.find((child) => child.tag === TAG.objectIdentifier);
  if (description.tag !== TAG.sequence || oid === undefined) throw new MalformedBytes('deviation description', 0);
  return derOid(oid);
}

/** Tags are implicit in the standard; some tools write explicit ones. */
const only = (node: DerNode): DerNode => node.children[0] ?? node;
const text = (node: DerNode): string => new TextDecoder('latin1').decode(only(node).contents);

function readSigner(node: DerNode): Deviation['documentSigner'] {
  if (node.tag === 0x82 || node.tag === 0xa2) return { subjectKeyIdHex: hexOf(only(node).contents) };
  if (node.tag === 0x83 || node.tag === 0xa3) return { certificateDigestHex: hexOf(only(node).contents) };
  const pair = node.children.length === 1 ? node.children[0]!.children : node.children;
  const [issuer, serialNumber] = pair;
  if (issuer === undefined || serialNumber === undefined) throw new MalformedBytes('document signer identifier', 0);
  return { issuer: issuer.raw, serialNumberHex: derIntegerHex(serialNumber) };
}

function readPeriod(node: DerNode): Deviation['issued'] {
  const [from, until] = node.children;
  if (from === undefined || until === undefined) throw new MalformedBytes('issuance period', 0);
  return { fromMs: derTimeMs(from), untilMs: derTimeMs(until) };
}
