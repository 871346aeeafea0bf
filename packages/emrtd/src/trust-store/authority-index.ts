import type { Certificate } from '../pki/parse-certificate.ts';

/** What a certificate or list says of who signed it. */
type Issued = Pick<Certificate, 'issuer' | 'issuerCountry' | 'authorityKeyIdHex'>;

/** Authorities, found by what a certificate says of its issuer. */
export interface AuthorityIndex {
  readonly all: readonly Certificate[];
  /**
   * Who may have signed it, likeliest first: by key identifier, then by name, then any of the same country. None of
   * these is proof (names repeat and differ in case, key identifiers collide): the signature alone decides.
   */
  likelyIssuersOf(issued: Issued): readonly Certificate[];
}

export function authorityIndex(all: readonly Certificate[]): AuthorityIndex {
  const byKeyId = groups(all, ({ subjectKeyIdHex }) => subjectKeyIdHex);
  const byName = groups(all, ({ subject }) => latin1(subject));
  const byCountry = groups(all, ({ subjectCountry }) => subjectCountry);
  return {
    all,
    likelyIssuersOf({ authorityKeyIdHex, issuer, issuerCountry }) {
      const found = new Set(authorityKeyIdHex === undefined ? [] : byKeyId.get(authorityKeyIdHex));
      for (const authority of byName.get(latin1(issuer)) ?? []) found.add(authority);
      for (const authority of (issuerCountry === undefined ? undefined : byCountry.get(issuerCountry)) ?? []) found.add(authority);
      return [...found];
    },
  };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function groups(all: readonly Certificate[], keyOf: (certificate: Certificate) => string | undefined): ReadonlyMap<string, readonly Certificate[]> {
  const out = new Map<string, Certificate[]>();
  for (const certificate of all) {
    const key = keyOf(certificate);
    if (key === undefined) continue;
    const group = out.get(key);
    if (group === undefined) out.set(key, [certificate]);
    else group.push(certificate);
  }
  return out;
}
