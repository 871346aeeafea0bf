import type { Bytes, RandomBytes } from '@visavis/kernel';
import type { DocumentSigner } from './lds/encode-sod.ts';
import { encodeSod } from './lds/encode-sod.ts';
import { mintPassport, type PassportOrder } from './lds/mint-passport.ts';
import type { Passport } from './lds/passport.ts';
import type { Country } from './pki/distinguished-name.ts';
import { type CurveName, drawKeyPair } from './pki/elliptic-curve.ts';
import { type Certificate, type CertificateStyle, issueCertificate } from './pki/issue-certificate.ts';
import { issueCrl } from './pki/issue-crl.ts';
import { seededRandom } from './pki/seeded-random.ts';
import { generateSigningKey, type SigningStyle } from './pki/signing-key.ts';

/** Utopia: ICAO's own specimen state in the MRZ, and UT, an unassigned pair, where certificates want two letters. */
export const utopia: Country = { alpha2: 'UT', mrzCode: 'UTO' };

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** Which of the state's document signers puts its name to a passport. */
export type SignerName = 'regular' | 'expired' | 'revoked';

/** How the state signs and writes its certificates; its keys are not seeded then. */
export interface StateStyle {
  readonly cscaKey?: SigningStyle;
  readonly signerKey?: SigningStyle;
  readonly cscaCertificate?: CertificateStyle;
  readonly signerCertificate?: CertificateStyle;
  readonly country?: Country;
}

export interface SpecimenState {
  /** DER: what a reader is to trust, and what it is to check revocation against. */
  readonly trustAnchors: { readonly cscaCertificates: readonly Bytes[]; readonly crls: readonly Bytes[] };
  mintPassport(order: PassportOrder & { readonly signer?: SignerName }): Passport;
  /** The same files under a new signature by this state, whatever they say. */
  resign(passport: Passport, signer?: SignerName): Passport;
}

/**
 * A whole made-up state from a seed: CSCA, three document signers (one in order, one expired, one revoked), a CRL.
 * The trust anchors depend on `seed` and on the day of `nowMs` only, byte for byte. Whoever knows the seed can issue
 * passports, so no reader outside demos and tests may trust these anchors.
 * @param random for passports (numbers, chip keys); seeded too unless given. A state that is started more than once gives its own, or numbers repeat.
 */
export function createSpecimenState(o: { readonly seed: string; readonly nowMs: number; readonly curve?: CurveName; readonly random?: RandomBytes; readonly style?: StateStyle }): SpecimenState {
  const style = o.style ?? {};
  const country = style.country ?? utopia;
  const curve = o.curve ?? 'brainpoolP256r1';
  const today = Math.floor(o.nowMs / DAY_MS) * DAY_MS;
  const yearStart = Date.UTC(new Date(o.nowMs).getUTCFullYear(), 0, 1);
  const random = o.random ?? seededRandom(o.seed, 'passports');

  const issue = (purpose: string, plan: { commonName: string; notBeforeMs: number; notAfterMs: number; privateKeyUsageEndMs: number; issuer?: Certificate<unknown> }): Certificate<unknown> => {
    const draw = seededRandom(o.seed, purpose);
    const keyStyle = plan.issuer === undefined ? style.cscaKey : style.signerKey;
    const certificateStyle = plan.issuer === undefined ? style.cscaCertificate : style.signerCertificate;
    const key = keyStyle === undefined ? drawKeyPair(curve, draw) : generateSigningKey(keyStyle);
    const serialNumber = Uint8Array.of(0x53, ...draw(7));
    return issueCertificate({ ...plan, kind: plan.issuer === undefined ? 'csca' : 'documentSigner', country, serialNumber, key, ...(certificateStyle === undefined ? {} : { style: certificateStyle }) });
  };
  const csca = issue('csca', { commonName: 'CSCA Utopia', notBeforeMs: yearStart - 2 * YEAR_MS, notAfterMs: yearStart + 14 * YEAR_MS, privateKeyUsageEndMs: yearStart + 3 * YEAR_MS });
  const signer = (name: SignerName, commonName: string, notBeforeMs: number, notAfterMs: number): DocumentSigner => ({
    csca,
    certificate: issue(name, { commonName, notBeforeMs, notAfterMs, privateKeyUsageEndMs: Math.min(notAfterMs, notBeforeMs + 90 * DAY_MS), issuer: csca }),
  });
  const signers: Readonly<Record<SignerName, DocumentSigner>> = {
    regular: signer('regular', 'Utopia Passport Signer 1', today - 30 * DAY_MS, today + 10 * YEAR_MS),
    expired: signer('expired', 'Utopia Passport Signer 0', today - 300 * DAY_MS, today - DAY_MS),
    revoked: signer('revoked', 'Utopia Passport Signer 2', today - 30 * DAY_MS, today + 10 * YEAR_MS),
  };
  const crl = issueCrl({ csca, revoked: [signers.revoked.certificate.serialNumber], crlNumber: Math.floor(today / DAY_MS), thisUpdateMs: today });

  /** An expired signer signed while it still could. */
  const signedAtMs = (name: SignerName): number => (name === 'expired' ? today - 290 * DAY_MS : o.nowMs);
  return {
    trustAnchors: { cscaCertificates: [csca.der], crls: [crl] },
    mintPassport({ signer: name = 'regular', ...order }) {
      return mintPassport(order, { issuingState: country.mrzCode, signer: signers[name], signedAtMs: signedAtMs(name), random });
    },
    resign(passport, name = 'regular') {
      return { ...passport, files: { ...passport.files, sod: encodeSod({ files: passport.files, signer: signers[name], signedAtMs: signedAtMs(name) }) } };
    },
  };
}
