import { type Result, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { fuzzSeeds } from '../fuzz/fuzz-seeds.ts';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';
import type { DocumentFiles } from '../terminal/document-reading.ts';
import { openTrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { type AuthenticDocument, type AuthenticityReport, verifyAuthenticity } from './verify-authenticity.ts';
import { verifyDataGroups } from './verify-data-groups.ts';
import { verifySodSignature } from './verify-sod-signature.ts';

/**
 * What the issuer's signatures cover and what they do not, bit by bit, on a passport with an elliptic signer. Output is
 * the document (person, document, portrait, proof) and how every check ended.
 * - A flip in what is signed is refused.
 * - Of the rest, three fields have no say in anything: the two version numbers, the list of digest algorithms, and the
 *   signer's identifier (with a single certificate the signature decides; some states get the identifier wrong). A flip
 *   there changes nothing in the output, unless it breaks the structure.
 * - All other bits are structure and algorithm names: a flip is refused. Who can flip a chip's bits can as well give no
 *   answer, so that a refusal gives away nothing; what may never happen is another output.
 */
const { atMs, readings, authorities, crls } = fuzzSeeds();
const opened = openTrustStore({ cscaCertificates: authorities, crls, deviationLists: [], policy: defaultTrustPolicy });
if (!opened.ok) throw new Error(opened.fault.code);
const trustStore = opened.value;
const reading = readings.find(({ files }) => files.dg14 !== undefined && files.dg15 !== undefined)!;
const judge = (change: Partial<DocumentFiles>): AuthenticityReport => verifyAuthenticity({ reading: { ...reading, files: { ...reading.files, ...change } }, trustStore, atMs });

/** All of the document, bytes of the portrait included, and how every check ended. */
const output = ({ result, checks }: AuthenticityReport): string => {
  const document: AuthenticDocument | undefined = result.ok ? result.value : undefined;
  return JSON.stringify([document, document === undefined ? undefined : toHex(document.portrait.bytes), checks]);
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'accepted' : result.fault.code);
const honest = judge({});
const honestOutput = output(honest);

/** Calls back with one buffer in which one bit is the other way, for each bit of a range. */
function eachFlip(bytes: Uint8Array, from: number, to: number, visit: (flipped: Uint8Array, at: number) => void): void {
  const flipped = bytes.slice();
  for (let at = from; at < to; at++) {
    for (let bit = 0; bit < 8; bit++) {
      flipped[at]! ^= 1 << bit;
      visit(flipped, at);
      flipped[at]! ^= 1 << bit;
    }
  }
}

interface Region {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Where the parts of this EF.SOD lie: `signed` is covered by its signature or the one on the signer's certificate; `idle` has no say in anything. */
function regionsOf(sod: Uint8Array): { readonly signed: readonly Region[]; readonly idle: readonly Region[] } {
  const region = (name: string, ...parts: readonly Uint8Array[]): Region => {
    const last = parts.at(-1)!;
    return { name, from: parts[0]!.byteOffset - sod.byteOffset, to: last.byteOffset + last.length - sod.byteOffset };
  };
  const fieldsOf = (node: DerNode): DerFields => new DerFields(node, node.tag);
  const info = fieldsOf(parseDer(readOnlyTlv(sod, 0x77)));
  info.next(TAG.objectIdentifier);
  const signedData = fieldsOf(fieldsOf(info.next(0xa0)).next(TAG.sequence));
  const version = signedData.next(TAG.integer).contents;
  const digestAlgorithms = signedData.next(TAG.set).contents;
  const encapsulated = fieldsOf(signedData.next(TAG.sequence));
  encapsulated.next(TAG.objectIdentifier);
  const content = fieldsOf(encapsulated.next(0xa0)).next(TAG.octetString).contents;
  const certificate = fieldsOf(signedData.next(0xa0)).next(TAG.sequence).raw;
  const signer = fieldsOf(fieldsOf(signedData.next(TAG.set)).next(TAG.sequence));
  const signerVersion = signer.next(TAG.integer).contents;
  const identifier = signer.any().contents;
  signer.next(TAG.sequence);
  const attributes = signer.next(0xa0).raw;
  signer.next(TAG.sequence);
  const signature = signer.next(TAG.octetString).contents;
  return {
    signed: [region('eContent', content), region('documentSigner', certificate), region('signedAttributes', attributes), region('signature', signature)],
    idle: [region('version', version), region('digestAlgorithms', digestAlgorithms), region('signer version', signerVersion), region('signer identifier', identifier)],
  };
}

describe('single bit flips', () => {
  it('the honest twin: nothing flipped, every check passes', () => {
    expect(codeOf(honest.result)).toBe('accepted');
    expect(honest.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  });

  const signed = verifySodSignature(reading.files.efSod);
  it.each([['dg1', 1], ['dg2', 2], ['dg14', 14], ['dg15', 15]] as const)('every bit of %s is covered by its hash', (name, number) => {
    if (!signed.ok) throw new Error(signed.fault.code);
    const file = reading.files[name]!;
    const codes = new Set<string>();
    let flips = 0;
    // The signature over the hashes does not change with a data group: all bits against the hashes, and one bit of
    // each byte (of the portrait: of its container) through all checks.
    eachFlip(file, 0, file.length, (flipped, at) => {
      codes.add(verifyDataGroups(new Map([[number, flipped]]), signed.value.securityObject).fault?.code ?? 'accepted');
      if (flips++ % 8 === at % 8 && at < 400) codes.add(codeOf(judge({ [name]: flipped }).result));
    });
    expect([...codes]).toEqual(['PA_DG_HASH_MISMATCH']);
    expect(flips).toBe(file.length * 8);
  });

  const sod = reading.files.efSod;
  const regions = regionsOf(sod);
  const within = (some: readonly Region[], at: number): boolean => some.some(({ from, to }) => from <= at && at < to);

  it.each(regions.signed.map((region) => [region.name, region] as const))('every bit of %s in EF.SOD is refused', (_, region) => {
    let flips = 0;
    eachFlip(sod, region.from, region.to, (flipped, at) => {
      flips++;
      expect(codeOf(judge({ efSod: flipped }).result), `byte ${at}`).toMatch(/^(PA|LDS)_/);
    });
    expect(flips).toBe((region.to - region.from) * 8);
    expect(flips).toBeGreaterThan(400);
  });

  it.each(regions.idle.map((region) => [region.name, region] as const))('a bit of the unsigned %s in EF.SOD changes nothing in the output, or breaks the structure', (_, region) => {
    let same = 0;
    eachFlip(sod, region.from, region.to, (flipped, at) => {
      const report = judge({ efSod: flipped });
      if (output(report) === honestOutput) same++;
      else expect(codeOf(report.result), `byte ${at}`).toBe('PA_SOD_MALFORMED');
    });
    // Most of the bits: all but tags, lengths, and the signs of numbers.
    expect(same).toBeGreaterThan(((region.to - region.from) * 8) / 2);
  });

  it('every other bit of EF.SOD is structure or the name of an algorithm, and is refused', () => {
    let flips = 0;
    eachFlip(sod, 0, sod.length, (flipped, at) => {
      if (within(regions.signed, at) || within(regions.idle, at)) return;
      flips++;
      expect(codeOf(judge({ efSod: flipped }).result), `byte ${at}`).toMatch(/^(PA|LDS)_/);
    });
    expect(flips).toBeGreaterThan(400);
  });
});
