import type { TrustStoreFileContents } from '@visavis/contract';
import { parseCertificate } from '@visavis/emrtd';
import { createHash, X509Certificate } from 'node:crypto';

type Stored = TrustStoreFileContents['certificates'][number];

/** A stored certificate for people and programs. `status` is as of now, not as of the import. */
export interface DescribedCertificate {
  readonly fingerprint: string;
  readonly country: string | undefined;
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  readonly serialNumber: string | undefined;
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
  readonly key: string | undefined;
  readonly subjectKeyId: string | undefined;
  readonly status: Stored['status'];
  readonly code: string | undefined;
  readonly role: Stored['role'];
  readonly use: Stored['use'];
  readonly notes: readonly string[];
  readonly vouchedBy: string | undefined;
  readonly from: TrustStoreFileContents['imports'][number];
}

export function describeCertificate(stored: Stored, store: TrustStoreFileContents, nowMs: number): DescribedCertificate {
  const der = new Uint8Array(Buffer.from(stored.der, 'base64'));
  const certificate = parseCertificate(der);
  const key = certificate?.publicKey;
  const names = distinguishedNames(der);
  const status = stored.status === 'refused' || certificate === undefined ? 'refused' : certificate.notAfterMs < nowMs ? 'expired' : 'trusted';
  return {
    fingerprint: createHash('sha256').update(der).digest('hex'),
    country: certificate?.subjectCountry,
    subject: names?.subject,
    issuer: names?.issuer,
    serialNumber: certificate?.serialNumberHex,
    notBefore: certificate && new Date(certificate.notBeforeMs).toISOString(),
    notAfter: certificate && new Date(certificate.notAfterMs).toISOString(),
    key: key && `${key.curve ?? 'RSA'} ${key.bits}`,
    subjectKeyId: certificate?.subjectKeyIdHex,
    status,
    code: stored.code,
    role: stored.role,
    use: stored.use,
    notes: stored.notes,
    vouchedBy: stored.vouchedBy,
    from: store.imports[stored.from]!,
  };
}

/** In OpenSSL's words: for people, never for a decision. */
function distinguishedNames(der: Uint8Array): { readonly subject: string; readonly issuer: string } | undefined {
  try {
    const { subject, issuer } = new X509Certificate(der);
    return { subject: subject.replaceAll('\n', ', '), issuer: issuer.replaceAll('\n', ', ') };
  } catch {
    return undefined;
  }
}
