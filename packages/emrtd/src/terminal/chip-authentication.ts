import { concatBytes, type RandomBytes } from '@visavis/kernel';
import { generalAuthenticate, readBinaryBySfi, setSecurityEnvironment } from '../apdu/commands.ts';
import { STATUS_OK } from '../apdu/response-apdu.ts';
import { basePoint, type Cipher, decodePoint, deriveKey, drawScalar, ecPublicKey, encodePoint, KEY_PURPOSE, multiplyPoint, xCoordinate } from '../crypto/index.ts';
import { FILES } from '../lds/files.ts';
import type { ChipAuthenticationPublicKey, SecurityInfos } from '../lds/security-infos.ts';
import { maxAnswerBytes, type SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { BatchAnswers, Exchange } from './card-session.ts';
import type { ChipAuthenticationEvidence } from './document-reading.ts';

/** Chip Authentication as a tail of a batch: its commands, and the judge of their answers. */
export interface ChipAuthenticationPlan {
  readonly exchanges: readonly Exchange[];
  /** The channel after it: the old one is dead once the chip has agreed. */
  readonly channel: SecureChannel;
  /** @param at index of the first exchange in the batch @param dg1 what was read under the old keys */
  judge(answers: BatchAnswers, at: number, dg1: Uint8Array): ChipAuthenticationEvidence;
}

const OK = ['9000'];
const MSE_SET_AT = { p1: 0x41, p2: 0xa4 };
const MSE_SET_KAT = { p1: 0x41, p2: 0xa6 };
/** Strongest first. */
const CIPHER_ORDER: readonly Cipher[] = ['aes256', 'aes192', 'aes128', 'des3'];

/**
 * Plans Chip Authentication by ECDH. The new keys depend on DG14 and our own ephemeral key only, so that the read
 * under them travels in the same batch. That read's MAC is the chip's proof; that it repeats DG1 binds the chip that
 * proved itself to the one that was read.
 * @param proofBytes of DG1 that are read under the new keys: as many as it has, where that is known
 * @returns 'notOffered' without a key in DG14; 'unsupported' when none of its keys is on a curve spoken here
 * @source ICAO 9303-11 §6.2
 */
export function planChipAuthentication(dg14: SecurityInfos, old: SecureChannel, random: RandomBytes, proofBytes?: number): ChipAuthenticationPlan | 'notOffered' | 'unsupported' {
  if (dg14.chipAuthenticationPublicKeys.length === 0) return 'notOffered';
  const choice = chooseKey(dg14);
  const key = choice && ecPublicKey(choice.key.publicKey);
  const chipPoint = key && decodePoint(key.curve, key.point);
  if (choice === undefined || key === undefined || chipPoint === undefined) return 'unsupported';

  const scalar = drawScalar(key.curve, random);
  const ephemeral = encodePoint(multiplyPoint(basePoint(key.curve), scalar)!);
  const secret = xCoordinate(multiplyPoint(chipPoint, scalar)!);
  const { cipher, protocol, keyId } = choice;
  const channel: SecureChannel = { cipher, ksEnc: deriveKey(secret, KEY_PURPOSE.encryption, cipher), ksMac: deriveKey(secret, KEY_PURPOSE.mac, cipher), ssc: 0n };
  const keyReference = keyId === undefined ? new Uint8Array() : encodeTlv(0x84, keyId);
  // 3DES has its own command (§6.2.4.1); with AES the key agreement is a GENERAL AUTHENTICATE.
  const agreement: readonly Exchange[] =
    cipher === 'des3'
      ? [{ command: setSecurityEnvironment(MSE_SET_KAT.p1, MSE_SET_KAT.p2, concatBytes(encodeTlv(0x91, ephemeral), keyReference)), accept: OK, channel: old }]
      : [
          { command: setSecurityEnvironment(MSE_SET_AT.p1, MSE_SET_AT.p2, concatBytes(encodeTlv(0x80, encodeOid(protocol)), keyReference)), accept: OK, channel: old },
          { command: generalAuthenticate(encodeTlv(0x7c, encodeTlv(0x80, ephemeral)), true), accept: OK, channel: old },
        ];
  const proof: Exchange = { command: readBinaryBySfi(FILES.dg1.sfi, Math.min(proofBytes ?? Number.POSITIVE_INFINITY, maxAnswerBytes(channel))), accept: [], channel };
  return {
    exchanges: [...agreement, proof],
    channel,
    judge: (answers, at, dg1) => {
      for (let i = 0; i < agreement.length; i++) {
        const answer = answers.open(at + i);
        if (!answer.ok || answer.value.status !== STATUS_OK) return { status: 'failed', step: i === agreement.length - 1 ? 'agreeOnKey' : 'selectKey' };
      }
      const read = answers.open(at + agreement.length);
      const repeated = read.ok && read.value.data.length > 0 && dg1.length >= read.value.data.length && read.value.data.every((byte, i) => byte === dg1[i]);
      return repeated ? { status: 'completed', publicKey: choice.key.publicKey } : { status: 'failed', step: 'readUnderNewKeys' };
    },
  };
}

interface Choice {
  readonly key: ChipAuthenticationPublicKey;
  readonly protocol: string;
  readonly cipher: Cipher;
  readonly keyId: Uint8Array | undefined;
}

/** A DG14 with a key but without ChipAuthenticationInfo means 3DES (as French passports have it). */
function chooseKey(dg14: SecurityInfos): Choice | undefined {
  const keys = dg14.chipAuthenticationPublicKeys.filter((key) => key.agreement === 'ecdh');
  const infos = dg14.chipAuthentication.filter((info) => info.agreement === 'ecdh').sort((a, b) => CIPHER_ORDER.indexOf(a.cipher) - CIPHER_ORDER.indexOf(b.cipher));
  for (const info of infos) {
    const key = info.keyId === undefined && keys.length === 1 ? keys[0] : keys.find((candidate) => sameKeyId(candidate.keyId, info.keyId));
    if (key !== undefined) return { key, protocol: info.protocol, cipher: info.cipher, keyId: info.keyId ?? key.keyId };
  }
  const [only] = keys;
  return infos.length === 0 && dg14.chipAuthentication.length === 0 && only !== undefined ? { key: only, protocol: '', cipher: 'des3', keyId: only.keyId } : undefined;
}

const sameKeyId = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => (a === undefined || b === undefined ? a === b : a.length === b.length && a.every((byte, i) => byte === b[i]));
