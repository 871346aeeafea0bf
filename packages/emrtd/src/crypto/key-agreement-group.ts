import type { Bytes, RandomBytes } from '@visavis/kernel';

export interface KeyPair {
  readonly privateKey: Bytes;
  /** As it travels. */
  readonly publicKey: Bytes;
}

/**
 * A group that PACE and Chip Authentication agree on keys in: points of a curve, or integers modulo a prime. Elements
 * are their encodings; only those that {@link KeyAgreementGroup.decode} gave may be handed to the rest.
 */
export interface KeyAgreementGroup {
  readonly agreement: 'ecdh' | 'dh';
  /** Size of the field, in bits. */
  readonly bits: number;
  /** How hard the discrete logarithm is, as the length of a symmetric key (NIST SP 800-57 part 1 table 2). */
  readonly strengthBits: number;
  readonly generator: Bytes;
  /**
   * Reads an element from the other side, untrusted.
   * @returns its one encoding of full length; undefined when it is not of the group, the identity, or of small order
   */
  decode(encoded: Uint8Array): Bytes | undefined;
  /** @param generator the group's own, or the one that PACE mapped the nonce to */
  drawKeyPair(generator: Uint8Array, random: RandomBytes): KeyPair;
  /** As key derivation takes it: of full length, leading zeros and all; undefined when it is the identity. */
  sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined;
  /** PACE's generic mapping, nonce · generator + privateKey · publicKey; undefined when it is the identity. @source ICAO 9303-11 §4.4.3.3.1 */
  mapGenerically(nonce: Uint8Array, privateKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined;
  /** PACE's integrated mapping of an element of the field; undefined when it is the identity, or the field has no such mapping. @source ICAO 9303-11 §4.4.3.3.2 */
  mapIntegrally(fieldElement: Uint8Array): Bytes | undefined;
}
