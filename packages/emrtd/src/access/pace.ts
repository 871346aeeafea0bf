import { equalBytes, MalformedBytes, type RandomBytes } from '@visavis/kernel';
import {
  addPoints,
  aesCbcDecrypt,
  basePoint,
  type Cipher,
  cmac,
  type CurveName,
  decodePoint,
  deriveKey,
  drawScalar,
  type EcPoint,
  encodePoint,
  KEY_PURPOSE,
  multiplyPoint,
  xCoordinate,
} from '../crypto/index.ts';
import type { PaceInfo } from '../lds/security-infos.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv, readOnlyTlv } from '../tlv/tlv.ts';
import { type AccessKey, passwordSecret } from './access-key.ts';

/** A variant of PACE that this terminal speaks: ECDH, generic mapping, AES-CBC with CMAC. */
export interface PaceVariant {
  readonly protocol: string;
  readonly parameterId: number;
  readonly curve: CurveName;
  readonly cipher: Exclude<Cipher, 'des3'>;
}

const CIPHERS: Readonly<Record<string, PaceVariant['cipher']>> = {
  '0.4.0.127.0.7.2.2.4.2.2': 'aes128',
  '0.4.0.127.0.7.2.2.4.2.3': 'aes192',
  '0.4.0.127.0.7.2.2.4.2.4': 'aes256',
};
/** Standardized domain parameters (ICAO 9303-11 §9.5.1). */
const CURVES: Readonly<Record<number, CurveName>> = { 12: 'prime256v1', 13: 'brainpoolP256r1', 15: 'secp384r1', 16: 'brainpoolP384r1', 17: 'brainpoolP512r1', 18: 'secp521r1' };

const NONCE_BYTES = 16;
const TOKEN_BYTES = 8;

/** The first offered variant that this terminal speaks. */
export function choosePaceVariant(offered: readonly PaceInfo[]): PaceVariant | undefined {
  for (const { protocol, parameterId } of offered) {
    const cipher = CIPHERS[protocol];
    const curve = parameterId === undefined ? undefined : CURVES[parameterId];
    if (cipher !== undefined && curve !== undefined) return { protocol, parameterId: parameterId!, curve, cipher };
  }
  return undefined;
}

/** Data of MSE:Set AT (ICAO 9303-11 §4.4.4.1): protocol, which password, which domain parameters. */
export const paceSetAtData = (variant: PaceVariant, key: AccessKey): Uint8Array =>
  new Uint8Array([...encodeTlv(0x80, encodeOid(variant.protocol)), ...encodeTlv(0x83, Uint8Array.of(key.kind === 'mrz' ? 1 : 2)), ...encodeTlv(0x84, Uint8Array.of(variant.parameterId))]);

const template = (tag: number, value: Uint8Array): Uint8Array => encodeTlv(0x7c, encodeTlv(tag, value));

/** The one data object wanted from a dynamic authentication data template. */
function fromTemplate(answer: Uint8Array, tag: number): Uint8Array | undefined {
  try {
    return readOnlyTlv(readOnlyTlv(answer, 0x7c), tag);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/** GENERAL AUTHENTICATE data of the first step: ask for the encrypted nonce. */
export const PACE_NONCE_REQUEST = encodeTlv(0x7c);

export interface PaceMapping {
  readonly request: Uint8Array;
  agree(answer: Uint8Array): PaceAgreement | undefined;
}
export interface PaceAgreement {
  readonly request: Uint8Array;
  authenticate(answer: Uint8Array): PaceAuthentication | undefined;
}
export interface PaceAuthentication {
  readonly request: Uint8Array;
  /** Keys of the channel. Known ahead of the chip's token: only what `verify` accepted may be used. */
  readonly channel: SecureChannel;
  verify(answer: Uint8Array): boolean;
}

/**
 * PACE with generic mapping, the terminal's side, step by step: mapping, key agreement, mutual authentication. Each
 * step takes the chip's answer (untrusted) and gives the next request, or undefined when the answer is refused: not a
 * point of the curve, the identity, or our own key thrown back. Establishes that both sides know the password.
 * @param nonceAnswer answer to {@link PACE_NONCE_REQUEST}
 * @source ICAO 9303-11 §4.4
 */
export function mapPaceNonce(variant: PaceVariant, key: AccessKey, nonceAnswer: Uint8Array, random: RandomBytes): PaceMapping | undefined {
  const { curve, cipher } = variant;
  const sealedNonce = fromTemplate(nonceAnswer, 0x80);
  if (sealedNonce?.length !== NONCE_BYTES) return undefined;
  const nonce = aesCbcDecrypt(deriveKey(passwordSecret(key), KEY_PURPOSE.password, cipher), new Uint8Array(NONCE_BYTES), sealedNonce);
  const mapScalar = drawScalar(curve, random);
  const mapKey = multiplyPoint(basePoint(curve), mapScalar)!;
  return {
    request: template(0x81, encodePoint(mapKey)),
    agree: (answer) => {
      const chipKey = chipPoint(curve, answer, 0x82, mapKey);
      const shared = chipKey && multiplyPoint(chipKey, mapScalar);
      const nonceTimesBase = multiplyPoint(basePoint(curve), nonce);
      const generator = shared && nonceTimesBase && addPoints(nonceTimesBase, shared);
      return generator && agreeOnKeys(variant, generator, random);
    },
  };
}

function agreeOnKeys(variant: PaceVariant, generator: EcPoint, random: RandomBytes): PaceAgreement {
  const scalar = drawScalar(variant.curve, random);
  const ownKey = multiplyPoint(generator, scalar)!;
  return {
    request: template(0x83, encodePoint(ownKey)),
    authenticate: (answer) => {
      const chipKey = chipPoint(variant.curve, answer, 0x84, ownKey);
      const shared = chipKey && multiplyPoint(chipKey, scalar);
      if (chipKey === undefined || shared === undefined) return undefined;
      const secret = xCoordinate(shared);
      const ksEnc = deriveKey(secret, KEY_PURPOSE.encryption, variant.cipher);
      const ksMac = deriveKey(secret, KEY_PURPOSE.mac, variant.cipher);
      const expected = authenticationToken(ksMac, variant.protocol, ownKey);
      return {
        request: template(0x85, authenticationToken(ksMac, variant.protocol, chipKey)),
        channel: { cipher: variant.cipher, ksEnc, ksMac, ssc: 0n },
        verify: (tokenAnswer) => {
          const token = fromTemplate(tokenAnswer, 0x86);
          return token !== undefined && equalBytes(token, expected);
        },
      };
    },
  };
}

/** The chip's public key, refused when it is our own (ICAO 9303-11 §4.4.1 step 3). */
function chipPoint(curve: CurveName, answer: Uint8Array, tag: number, ownKey: EcPoint): EcPoint | undefined {
  const encoded = fromTemplate(answer, tag);
  if (encoded === undefined || equalBytes(encoded, encodePoint(ownKey))) return undefined;
  return decodePoint(curve, encoded);
}

/** MAC over the other side's public key (ICAO 9303-11 §4.4.3.4). */
export const authenticationToken = (ksMac: Uint8Array, protocol: string, publicKey: EcPoint): Uint8Array =>
  cmac(ksMac, encodeTlv(0x7f49, encodeTlv(0x06, encodeOid(protocol)), encodeTlv(0x86, encodePoint(publicKey)))).slice(0, TOKEN_BYTES);
