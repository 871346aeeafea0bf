import { createHash } from 'node:crypto';
import { anchorsOf, type TrustStoreFileContents } from '@visavis/contract';
import { type AccountedCertificate, accountFor, type Certificate, defaultTrustPolicy, importDeviationList, importMasterList, openTrustStore, parseCertificate, parseCrl } from '@visavis/emrtd';
import type { Fault } from '@visavis/kernel';
import type { TrustSource } from './trust-sources.ts';

/** What an operator says when files are imported. */
export interface ImportOrder {
  readonly sources: readonly { readonly file: string; readonly sha256: string; readonly source: TrustSource }[];
  /** Named for the lists' signers; the store's own anchors vouch for them only when `useStoreAnchors` says so. */
  readonly anchors: readonly Certificate[];
  readonly useStoreAnchors: boolean;
  /** Link certificates' new keys become anchors. */
  readonly acceptLinks: boolean;
  readonly by: string;
  readonly atMs: number;
}

/** What became of one file, or one list of an LDIF file. */
export interface ImportOutcome {
  readonly file: string;
  readonly kind: TrustSource['kind'];
  readonly country: string | undefined;
  /** The whole of it was refused. */
  readonly fault: Fault | undefined;
  readonly certificates: readonly AccountedCertificate[];
}

type Store = TrustStoreFileContents;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const policy = defaultTrustPolicy;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Brings sources into a store, in their order: what one brings can vouch for the next. A source that is refused leaves
 * the store as it was.
 * @param before undefined: a new store
 * @returns the changed store (undefined when nothing was accepted) and what became of each source
 */
export function importSources(before: { readonly store: Store; readonly sha256: string } | undefined, order: ImportOrder): { readonly store: Store | undefined; readonly outcomes: readonly ImportOutcome[] } {
  const imports = [...(before?.store.imports ?? [])];
  const certificates = new Map((before?.store.certificates ?? []).map((stored) => [sha256Hex(fromBase64(stored.der)), stored]));
  let crls = [...(before?.store.crls ?? [])];
  const deviationLists = [...(before?.store.deviationLists ?? [])];
  const current = (): Store => ({ format: 'visavis-trust-store/1', version: (before?.store.version ?? 0) + 1, ...(before && { previous: before.sha256 }), imports, certificates: [...certificates.values()], crls, deviationLists });
  const storeAnchors = (): Certificate[] => (imports.length === 0 ? [] : anchorsOf(current()).cscaCertificates.flatMap((der) => parseCertificate(fromBase64(der)) ?? []));
  const outcomes: ImportOutcome[] = [];
  for (const { file, sha256, source } of order.sources) {
    const { kind, bytes } = source;
    const refuse = (fault: Fault): void => void outcomes.push({ file, kind, country: undefined, fault, certificates: [] });
    const note = (about: { country?: string | undefined; anchor?: Certificate; signedAtMs?: number | undefined }): number => {
      const entry: Mutable<Store['imports'][number]> = { at: new Date(order.atMs).toISOString(), by: order.by, kind, file, sha256, acceptedLinks: order.acceptLinks };
      if (about.country !== undefined) entry.country = about.country.slice(0, 16);
      if (about.anchor !== undefined) entry.anchor = sha256Hex(about.anchor.raw);
      if (about.signedAtMs !== undefined) entry.signedAt = new Date(about.signedAtMs).toISOString();
      return imports.push(entry) - 1;
    };
    const keep = (accounted: readonly AccountedCertificate[], from: number): void => {
      for (const certificate of accounted) {
        const known = certificates.get(certificate.fingerprintHex);
        if (known === undefined || isBetter(certificate, known, order.acceptLinks)) certificates.set(certificate.fingerprintHex, stored(certificate, from));
      }
    };
    const options = { anchors: order.useStoreAnchors ? [...order.anchors, ...storeAnchors()] : order.anchors, policy, atMs: order.atMs };
    if (kind === 'masterList') {
      const list = importMasterList(bytes, options);
      if (!list.ok) {
        refuse(list.fault);
        continue;
      }
      const { country, anchor, signingTimeMs } = list.value;
      keep(list.value.certificates, note({ country, anchor, signedAtMs: signingTimeMs }));
      outcomes.push({ file, kind, country, fault: undefined, certificates: list.value.certificates });
    } else if (kind === 'certificate') {
      // A root is trusted because the operator names it; a link certificate because an authority vouches for it that is trusted already.
      const accounted = accountFor([bytes], { ...options, anchors: [...order.anchors, ...storeAnchors()] });
      const country = accounted[0]?.country;
      keep(accounted, note({ country }));
      outcomes.push({ file, kind, country, fault: undefined, certificates: accounted });
    } else if (kind === 'deviationList') {
      const list = importDeviationList(bytes, options);
      if (!list.ok) {
        refuse(list.fault);
        continue;
      }
      const { country, anchor, signingTimeMs } = list.value;
      deviationLists.push({ cms: base64(bytes), from: note({ country, anchor, signedAtMs: signingTimeMs }) });
      outcomes.push({ file, kind, country, fault: undefined, certificates: [] });
    } else {
      // A store that opens with the list in it is one in which an authority signed the list.
      const opened = openTrustStore({ cscaCertificates: storeAnchors().map(({ raw }) => raw), crls: [bytes], deviationLists: [], policy });
      const crl = parseCrl(bytes);
      if (!opened.ok || crl === undefined) {
        if (!opened.ok) refuse(opened.fault);
        continue;
      }
      const isOlder = (other: { readonly der: string }): boolean => {
        const parsed = parseCrl(fromBase64(other.der));
        // Two authorities can have one name: only a list by the same key takes another one's place.
        return parsed !== undefined && base64(parsed.issuer) === base64(crl.issuer) && parsed.authorityKeyIdHex === crl.authorityKeyIdHex && parsed.thisUpdateMs <= crl.thisUpdateMs;
      };
      crls = [...crls.filter((other) => !isOlder(other)), { der: base64(bytes), from: note({ country: crl.issuerCountry }) }];
      outcomes.push({ file, kind, country: crl.issuerCountry, fault: undefined, certificates: [] });
    }
  }
  return { store: outcomes.every(({ fault }) => fault !== undefined) ? undefined : current(), outcomes };
}

const RANK = { nothing: 0, newKey: 1, anchor: 2 } as const;

/** What one list could not vouch for, another may; what is trusted stays as it came in. */
const isBetter = (certificate: AccountedCertificate, known: Store['certificates'][number], acceptLinks: boolean): boolean =>
  RANK[certificate.use] > RANK[known.use] || (known.status === 'refused' && certificate.status !== 'refused') || (certificate.use === 'newKey' && acceptLinks);

function stored(certificate: AccountedCertificate, from: number): Store['certificates'][number] {
  const { der, role, status, code, notes, vouchedByHex, use } = certificate;
  return { der: base64(der), from, status, notes: [...notes], use, ...(role && { role }), ...(code && { code }), ...(vouchedByHex && { vouchedBy: vouchedByHex }) };
}
