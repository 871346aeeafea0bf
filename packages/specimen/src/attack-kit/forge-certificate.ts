import { type Bytes } from '@visavis/kernel';
import { bitString, boolean, explicit, generalizedTimeBody, implicitPrimitive, integer, objectIdentifier, octetString, sequence, time } from '../der/der.ts';
import type { SigningKey } from './signing-keys.ts';

/** Everything a certificate says, none of it checked: a forger writes what he likes. */
export interface CertificateRecipe {
  readonly serialNumber: Bytes;
  /** Names, DER. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly subjectPublicKeyInfo: Bytes;
  readonly extensions: readonly Bytes[];
  /** The AlgorithmIdentifier beside the signature, when it is to differ from the signed one. */
  readonly outerAlgorithm?: Bytes;
}

export function forgeCertificate(recipe: CertificateRecipe, key: Pick<SigningKey, 'algorithm' | 'sign'>): Bytes {
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(recipe.serialNumber),
    key.algorithm,
    recipe.issuer,
    sequence(time(recipe.notBeforeMs), time(recipe.notAfterMs)),
    recipe.subject,
    recipe.subjectPublicKeyInfo,
    explicit(3, sequence(...recipe.extensions)),
  );
  return sequence(tbs, recipe.outerAlgorithm ?? key.algorithm, bitString(key.sign(tbs)));
}

const extension = (oid: string, critical: boolean, value: Uint8Array): Bytes => sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));

/** The extensions that decide what a certificate may do (ICAO 9303-12 §7.1.1). */
export const certificateExtensions = {
  authorityKeyId: (id: Uint8Array): Bytes => extension('2.5.29.35', false, sequence(implicitPrimitive(0, id))),
  subjectKeyId: (id: Uint8Array): Bytes => extension('2.5.29.14', false, octetString(id)),
  mayCertify: (): Bytes => extension('2.5.29.15', true, bitString(Uint8Array.of(0x06), 1)),
  maySign: (): Bytes => extension('2.5.29.15', true, bitString(Uint8Array.of(0x80), 7)),
  /** Documents and certificates: no profile allows both. */
  mayBoth: (): Bytes => extension('2.5.29.15', true, bitString(Uint8Array.of(0x86), 1)),
  maySignMasterLists: (): Bytes => extension('2.5.29.37', true, sequence(objectIdentifier('2.23.136.1.1.3'))),
  isAuthority: (): Bytes => extension('2.5.29.19', true, sequence(boolean(true), integer(0))),
  privateKeyUsage: (fromMs: number, untilMs: number): Bytes => extension('2.5.29.16', false, sequence(implicitPrimitive(0, generalizedTimeBody(fromMs)), implicitPrimitive(1, generalizedTimeBody(untilMs)))),
  /** Of no meaning that anybody knows, and to be heeded all the same. */
  unknownCritical: (): Bytes => extension('1.3.6.1.4.1.55555.1', true, integer(1)),
} as const;

/** Everything a list of withdrawn certificates says (ICAO 9303-12 §7.1.4). */
export interface RevocationRecipe {
  readonly issuer: Bytes;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: readonly Bytes[];
}

export function forgeRevocationList(recipe: RevocationRecipe, key: SigningKey): Bytes {
  const entries = recipe.revoked.map((serialNumber) => sequence(integer(serialNumber), time(recipe.thisUpdateMs)));
  const tbs = sequence(integer(1), key.algorithm, recipe.issuer, time(recipe.thisUpdateMs), time(recipe.nextUpdateMs), ...(entries.length > 0 ? [sequence(...entries)] : []));
  return sequence(tbs, key.algorithm, bitString(key.sign(tbs)));
}
