import { equalBytes, MalformedBytes, type RandomBytes } from '@visavis/kernel';
import { aesCbcDecrypt, aesEncryptBlock, type Cipher, cmac, deriveKey, des3CbcDecrypt, KEY_PURPOSE, type KeyAgreementGroup, retailMac, standardizedGroup, unpadIso7816 } from '../crypto/index.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv, readOnlyTlv, readTlvs, type Tlv } from '../tlv/tlv.ts';
import { type AccessKey, passwordSecret } from './access-key.ts';
import { INTEGRATED_CHIP_NONCE_BYTES, INTEGRATED_TERMINAL_NONCE_BYTES, pacePseudoRandom } from './pace-pseudo-random.ts';
import type { PaceVariant } from './pace-variant.ts';

const AES_BLOCK_BYTES = 16;
const BLOCK_BYTES: Readonly<Record<Cipher, number>> = { des3: 8, aes128: AES_BLOCK_BYTES, aes192: AES_BLOCK_BYTES, aes256: AES_BLOCK_BYTES };
/** Shortest and longest nonce that a chip may choose where the mapping does not fix its length. */
const NONCE_BYTES = { min: 16, max: 64 } as const;
const TOKEN_BYTES = 8;

/** GENERAL AUTHENTICATE data of the first step: ask for the encrypted nonce. */
export const PACE_NONCE_REQUEST = encodeTlv(0x7c);

/** What Chip Authentication Mapping brought: to be held against the chip's key in the signed EF.CardSecurity. */
export interface ChipAuthenticationMappingEvidence {
  readonly parameterId: number;
  /** PK_Map,IC, the chip's mapping key: an uncompressed point of the curve. */
  readonly mappingKey: Uint8Array;
  /** CA_IC, decrypted. */
  readonly chipAuthenticationData: Uint8Array;
}

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
  /** @returns undefined when the token is wrong, or Chip Authentication Mapping was agreed and its data is missing or malformed */
  verify(answer: Uint8Array): { readonly chipAuthenticationMapping: ChipAuthenticationMappingEvidence | undefined } | undefined;
}

/**
 * PACE, the terminal's side, step by step: mapping, key agreement, mutual authentication. Each step takes the chip's
 * answer (untrusted) and gives the next request, or undefined when the answer is refused: no element of the group, the
 * identity, of small order, or our own key thrown back. Establishes that both sides know the password.
 * @param nonceAnswer answer to {@link PACE_NONCE_REQUEST}
 * @source ICAO 9303-11 §4.4
 */
export function mapPaceNonce(variant: PaceVariant, key: AccessKey, nonceAnswer: Uint8Array, random: RandomBytes): PaceMapping | undefined {
  const { cipher } = variant;
  const group = standardizedGroup(variant.parameterId);
  const sealed = onlyObject(nonceAnswer, 0x80);
  if (group === undefined || sealed === undefined || !isNonceLength(variant, sealed.length)) return undefined;
  const passwordKey = deriveKey(passwordSecret(key), KEY_PURPOSE.password, cipher);
  const nonce = cipher === 'des3' ? des3CbcDecrypt(passwordKey, sealed) : aesCbcDecrypt(passwordKey, new Uint8Array(AES_BLOCK_BYTES), sealed);
  return variant.mapping === 'integrated' ? mapIntegrally(variant, group, nonce, random) : mapGenerically(variant, group, nonce, random);
}

function isNonceLength({ mapping, cipher }: PaceVariant, bytes: number): boolean {
  if (mapping === 'integrated') return bytes === INTEGRATED_CHIP_NONCE_BYTES[cipher];
  return bytes >= NONCE_BYTES.min && bytes <= NONCE_BYTES.max && bytes % BLOCK_BYTES[cipher] === 0;
}

function mapGenerically(variant: PaceVariant, group: KeyAgreementGroup, nonce: Uint8Array, random: RandomBytes): PaceMapping {
  const own = group.drawKeyPair(group.generator, random);
  return {
    request: template(0x81, own.publicKey),
    agree: (answer) => {
      const chipKey = publicKeyFrom(answer, 0x82, group, own.publicKey);
      const generator = chipKey && group.mapGenerically(nonce, own.privateKey, chipKey.element);
      return generator && agreeOnKeys(variant, group, generator, chipKey.element, random);
    },
  };
}

function mapIntegrally(variant: PaceVariant, group: KeyAgreementGroup, nonce: Uint8Array, random: RandomBytes): PaceMapping {
  const terminalNonce = random(INTEGRATED_TERMINAL_NONCE_BYTES[variant.cipher]);
  return {
    request: template(0x81, terminalNonce),
    agree: (answer) => {
      // The chip has nothing to say here: an empty object, which some leave out.
      if (!equalBytes(answer, template(0x82)) && !equalBytes(answer, encodeTlv(0x7c))) return undefined;
      const generator = group.mapIntegrally(pacePseudoRandom(variant.cipher, nonce, terminalNonce, group.bits));
      return generator && agreeOnKeys(variant, group, generator, undefined, random);
    },
  };
}

function agreeOnKeys(variant: PaceVariant, group: KeyAgreementGroup, generator: Uint8Array, mappingKey: Uint8Array | undefined, random: RandomBytes): PaceAgreement {
  const { cipher, protocol } = variant;
  const own = group.drawKeyPair(generator, random);
  return {
    request: template(0x83, own.publicKey),
    authenticate: (answer) => {
      const chipKey = publicKeyFrom(answer, 0x84, group, own.publicKey);
      const secret = chipKey && group.sharedSecret(own.privateKey, chipKey.element);
      if (chipKey === undefined || secret === undefined) return undefined;
      const ksEnc = deriveKey(secret, KEY_PURPOSE.encryption, cipher);
      const ksMac = deriveKey(secret, KEY_PURPOSE.mac, cipher);
      const token = (publicKey: Uint8Array): Uint8Array => authenticationToken({ cipher, ksMac, protocol, agreement: group.agreement, publicKey });
      const expected = token(own.publicKey);
      return {
        request: template(0x85, token(chipKey.encoded)),
        channel: { cipher, ksEnc, ksMac, ssc: 0n },
        verify: (last) => {
          const [tokenObject, ...others] = objectsOf(last);
          if (tokenObject?.tag !== 0x86 || !equalBytes(tokenObject.value, expected) || !areKnown(others, variant)) return undefined;
          if (variant.mapping !== 'chipAuthentication' || mappingKey === undefined) return { chipAuthenticationMapping: undefined };
          const chipAuthenticationData = openChipAuthenticationData(ksEnc, others.at(-1)?.value);
          return chipAuthenticationData && { chipAuthenticationMapping: { parameterId: variant.parameterId, mappingKey, chipAuthenticationData } };
        },
      };
    },
  };
}

/** After the token: up to two references of authorities for terminal authentication, which is not spoken here, then exactly with Chip Authentication Mapping its data. */
function areKnown(objects: readonly Tlv[], variant: PaceVariant): boolean {
  const tags = objects.map(({ tag }) => tag.toString(16)).join(' ');
  return variant.mapping === 'chipAuthentication' ? /^(87 )?(88 )?8a$/.test(tags) : /^(87)?( ?88)?$/.test(tags);
}

/** @source ICAO 9303-11 §4.4.3.5 */
function openChipAuthenticationData(ksEnc: Uint8Array, sealed: Uint8Array | undefined): Uint8Array | undefined {
  if (sealed === undefined || sealed.length === 0 || sealed.length % AES_BLOCK_BYTES !== 0) return undefined;
  const iv = aesEncryptBlock(ksEnc, new Uint8Array(AES_BLOCK_BYTES).fill(0xff));
  return unpadIso7816(aesCbcDecrypt(ksEnc, iv, sealed));
}

/** The chip's public key, refused when it is our own (ICAO 9303-11 §4.4.1 step 3). `encoded` is as the chip sent it: its token is over that. */
function publicKeyFrom(answer: Uint8Array, tag: number, group: KeyAgreementGroup, own: Uint8Array): { readonly element: Uint8Array; readonly encoded: Uint8Array } | undefined {
  const encoded = onlyObject(answer, tag);
  const element = encoded && group.decode(encoded);
  return encoded === undefined || element === undefined || equalBytes(element, own) ? undefined : { element, encoded };
}

/** MAC over the other side's public key. @source ICAO 9303-11 §4.4.3.4, §9.4 */
export function authenticationToken(o: { readonly cipher: Cipher; readonly ksMac: Uint8Array; readonly protocol: string; readonly agreement: 'dh' | 'ecdh'; readonly publicKey: Uint8Array }): Uint8Array {
  const message = encodeTlv(0x7f49, encodeTlv(0x06, encodeOid(o.protocol)), encodeTlv(o.agreement === 'dh' ? 0x84 : 0x86, o.publicKey));
  return o.cipher === 'des3' ? retailMac(o.ksMac, message) : cmac(o.ksMac, message).slice(0, TOKEN_BYTES);
}

const template = (tag: number, value: Uint8Array = new Uint8Array()): Uint8Array => encodeTlv(0x7c, encodeTlv(tag, value));

/** The data objects of a dynamic authentication data template; none when it is malformed. */
function objectsOf(answer: Uint8Array): readonly Tlv[] {
  try {
    return readTlvs(readOnlyTlv(answer, 0x7c), 4);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return [];
    throw thrown;
  }
}

/** The one data object wanted from a template. */
function onlyObject(answer: Uint8Array, tag: number): Uint8Array | undefined {
  const [only, second] = objectsOf(answer);
  return only?.tag === tag && second === undefined ? only.value : undefined;
}
