import type { KeyObject } from 'node:crypto';
import type { Bytes } from '@visavis/kernel';
import type { CipherName } from '../chip/ciphers.ts';
import type { HashName } from '../pki/signing-key.ts';

/** The elementary files of a chip, whole and in the clear. */
export interface PassportFiles {
  readonly cardAccess: Bytes | undefined;
  readonly com: Bytes;
  readonly sod: Bytes;
  readonly dg1: Bytes;
  readonly dg2: Bytes;
  readonly dg14: Bytes | undefined;
  readonly dg15: Bytes | undefined;
  /** What few documents have and a terminal reads only when it is asked to. */
  readonly dg7?: Bytes;
  readonly dg11?: Bytes;
  readonly dg12?: Bytes;
  readonly dg13?: Bytes;
  readonly dg16?: Bytes;
  readonly cardSecurity?: Bytes;
}

/** What the chip can do, and the keys it never gives away. */
export interface ChipProfile {
  readonly bac: boolean;
  /** `refuses`: EF.CardAccess speaks of PACE, but every attempt ends in an error. */
  readonly pace: { readonly variants: readonly PaceVariant[]; readonly behaviour: 'works' | 'refuses' } | undefined;
  /** The static key that chip authentication mapping proves; its public half is in EF.CardSecurity. */
  readonly mappingKey: AgreementKeyPair | undefined;
  readonly chipAuthentication: readonly ChipAuthenticationKey[];
  readonly activeAuthenticationKey: ActiveAuthenticationKey | undefined;
}

/** One way of PACE that a chip offers (ICAO 9303-11 §9.2.1). */
export interface PaceVariant {
  readonly mapping: 'generic' | 'integrated' | 'chipAuthentication';
  /** Standardized domain parameters (§9.5.1): 0–2 integers modulo a prime, 8–18 elliptic curves. */
  readonly parameterId: number;
  readonly cipher: CipherName;
}

/** A key pair in a group of the standardized domain parameters. */
export interface AgreementKeyPair {
  readonly parameterId: number;
  readonly privateKey: Bytes;
  readonly publicKey: Bytes;
}

export interface ChipAuthenticationKey {
  readonly pair: AgreementKeyPair;
  /** Of secure messaging after it. */
  readonly cipher: CipherName;
  readonly keyId: number | undefined;
  /** DG14 names the key but not how to use it. */
  readonly withoutInfo: boolean;
}

/** The chip's own key pair, by which it signs a terminal's nonce; its public half is DG15. */
export type ActiveAuthenticationKey =
  | { readonly kind: 'ecdsa'; readonly algorithm: ActiveAuthenticationAlgorithm; readonly hash: HashName; readonly subjectPublicKeyInfo: Bytes; /** r ‖ s over the nonce's digest. */ sign(nonce: Uint8Array): Bytes }
  | { readonly kind: 'rsa'; readonly algorithm: ActiveAuthenticationAlgorithm; readonly hash: HashName; readonly subjectPublicKeyInfo: Bytes; readonly privateKey: KeyObject; readonly modulusBytes: number };

/**
 * RSA of any whole number of bytes, in bits, its hash SHA-1 up to 1024 bits and SHA-256 beyond unless told; or ECDSA, on
 * P-256 with SHA-256 unless told (curves as OpenSSL names them).
 */
export type ActiveAuthenticationAlgorithm = `rsa${number}` | `rsa${number}-${HashName}` | 'ecdsa' | `ecdsa-${string}-${HashName}`;

/** What opens the chip; the shape that the terminal's side uses too. */
export type PrintedAccessKey =
  | { readonly kind: 'mrz'; readonly documentNumber: string; readonly dateOfBirth: string; readonly dateOfExpiry: string }
  | { readonly kind: 'can'; readonly can: string };

/** A made-up passport: what is printed, what the chip holds, what the chip can do. */
export interface Passport {
  readonly documentNumber: string;
  /** Two lines, or three on a card of size TD1. */
  readonly mrz: readonly [string, string, string?];
  /** Document number, birth and expiry with their check digits: what access control hashes. */
  readonly mrzInformation: string;
  /** Card access number, six digits, printed on the data page. */
  readonly can: string;
  readonly access: PrintedAccessKey & { readonly kind: 'mrz' };
  readonly files: PassportFiles;
  readonly chip: ChipProfile;
}
