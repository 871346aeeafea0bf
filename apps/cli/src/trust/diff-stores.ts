import type { TrustStoreFileContents } from '@visavis/contract';
import { type DescribedCertificate, describeCertificate } from './describe-certificate.ts';

/** What changed from one store to another, as far as documents are judged differently under them. */
export interface StoreDifference {
  readonly versions: readonly [number, number];
  /** The second store was made from the first. */
  readonly follows: boolean;
  readonly added: readonly DescribedCertificate[];
  readonly removed: readonly DescribedCertificate[];
  /** In both, with another use or verdict. */
  readonly changed: readonly { readonly before: DescribedCertificate; readonly after: DescribedCertificate }[];
  readonly revocationLists: { readonly added: number; readonly removed: number };
  readonly deviationLists: { readonly added: number; readonly removed: number };
}

type Read = { readonly store: TrustStoreFileContents; readonly sha256: string };

export function diffStores(a: Read, b: Read, nowMs: number): StoreDifference {
  const described = ({ store }: Read): ReadonlyMap<string, DescribedCertificate> => new Map(store.certificates.map((stored) => describeCertificate(stored, store, nowMs)).map((certificate) => [certificate.fingerprint, certificate]));
  const [before, after] = [described(a), described(b)];
  const missing = (from: readonly string[], other: readonly string[]): number => from.filter((text) => !other.includes(text)).length;
  const lists = (x: readonly string[], y: readonly string[]) => ({ added: missing(y, x), removed: missing(x, y) });
  return {
    versions: [a.store.version, b.store.version],
    follows: b.store.previous === a.sha256,
    added: [...after.values()].filter(({ fingerprint }) => !before.has(fingerprint)),
    removed: [...before.values()].filter(({ fingerprint }) => !after.has(fingerprint)),
    changed: [...after.values()].flatMap((certificate) => {
      const old = before.get(certificate.fingerprint);
      return old !== undefined && (old.use !== certificate.use || old.status !== certificate.status || old.code !== certificate.code) ? [{ before: old, after: certificate }] : [];
    }),
    revocationLists: lists(a.store.crls.map(({ der }) => der), b.store.crls.map(({ der }) => der)),
    deviationLists: lists(a.store.deviationLists.map(({ cms }) => cms), b.store.deviationLists.map(({ cms }) => cms)),
  };
}
