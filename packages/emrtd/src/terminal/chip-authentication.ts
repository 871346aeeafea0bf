import { concatBytes, type RandomBytes } from '@visavis/kernel';
import { generalAuthenticate, readBinary, readBinaryBySfi, selectFile, setSecurityEnvironment } from '../apdu/commands.ts';
import { STATUS_OK } from '../apdu/response-apdu.ts';
import { deriveKey, KEY_PURPOSE } from '../crypto/index.ts';
import { FILES } from '../lds/files.ts';
import type { SecurityInfos } from '../lds/security-infos.ts';
import { maxAnswerBytes, type SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { BatchAnswers, Exchange } from './card-session.ts';
import { type ChipAuthenticationChoice, chipAuthenticationChoices } from './chip-authentication-choices.ts';
import type { ChipAuthenticationEvidence } from './document-reading.ts';

/** Chip Authentication as a tail of a batch: its commands, and the judge of their answers. */
export interface ChipAuthenticationPlan {
  readonly exchanges: readonly Exchange[];
  /** The channel after it: the old one is dead once the chip has agreed. */
  readonly channel: SecureChannel;
  /** @param at index of the first exchange in the batch @param dg1 what was read under the old keys */
  judge(answers: BatchAnswers, at: number, dg1: Uint8Array): ChipAuthenticationEvidence;
  /** The next way to try after the chip refused this one: until it has agreed, the old channel lives on. */
  readonly fallback: ((random: RandomBytes) => ChipAuthenticationPlan) | undefined;
}

/** How DG1 is read under the new keys. */
export interface ProofRead {
  /** No more than it has, where that is known: some chips refuse to read past a file's end. */
  readonly bytes?: number;
  /** For a chip without short file identifiers. */
  readonly bySelect?: boolean;
}

const OK = ['9000'];
const MSE_SET_AT = { p1: 0x41, p2: 0xa4 };
const MSE_SET_KAT = { p1: 0x41, p2: 0xa6 };

/**
 * Plans Chip Authentication. The new keys depend on DG14 and our own ephemeral key only, so that the read under them
 * travels in the same batch. That read's MAC is the chip's proof; that it repeats DG1 binds the chip that proved itself
 * to the one that was read.
 * @returns 'notOffered' without a key in DG14; 'unsupported' when none of its keys is in a group spoken here
 * @source ICAO 9303-11 §6.2
 */
export function planChipAuthentication(dg14: SecurityInfos, old: SecureChannel, random: RandomBytes, proofRead: ProofRead = {}): ChipAuthenticationPlan | 'notOffered' | 'unsupported' {
  if (dg14.chipAuthenticationPublicKeys.length === 0) return 'notOffered';
  const [best, ...others] = chipAuthenticationChoices(dg14);
  return best === undefined ? 'unsupported' : plan(best, others, old, random, proofRead);
}

function plan(choice: ChipAuthenticationChoice, others: readonly ChipAuthenticationChoice[], old: SecureChannel, random: RandomBytes, proofRead: ProofRead): ChipAuthenticationPlan {
  const { group, publicKey, cipher } = choice;
  const ephemeral = group.drawKeyPair(group.generator, random);
  const secret = group.sharedSecret(ephemeral.privateKey, publicKey)!;
  const channel: SecureChannel = { cipher, ksEnc: deriveKey(secret, KEY_PURPOSE.encryption, cipher), ksMac: deriveKey(secret, KEY_PURPOSE.mac, cipher), ssc: 0n };
  const agreement = agreementExchanges(choice, ephemeral.publicKey, old);
  const le = Math.min(proofRead.bytes ?? Number.POSITIVE_INFINITY, maxAnswerBytes(channel));
  const proof: readonly Exchange[] = proofRead.bySelect
    ? [{ command: selectFile(FILES.dg1.fileId), accept: OK, channel }, { command: readBinary(0, le), accept: [], channel }]
    : [{ command: readBinaryBySfi(FILES.dg1.sfi, le), accept: [], channel }];
  const [next, ...rest] = others;
  return {
    exchanges: [...agreement, ...proof],
    channel,
    judge: (answers, at, dg1) => {
      for (let i = 0; i < agreement.length; i++) {
        const answer = answers.open(at + i);
        if (!answer.ok || answer.value.status !== STATUS_OK) return { status: 'failed', step: i === agreement.length - 1 ? 'agreeOnKey' : 'selectKey' };
      }
      const read = answers.open(at + agreement.length + proof.length - 1);
      const repeated = read.ok && read.value.data.length > 0 && dg1.length >= read.value.data.length && read.value.data.every((byte, i) => byte === dg1[i]);
      return repeated ? { status: 'completed', publicKey: choice.subjectPublicKeyInfo } : { status: 'failed', step: 'readUnderNewKeys' };
    },
    fallback: next && ((again) => plan(next, rest, old, again, proofRead)),
  };
}

/** 3DES has a command of its own (§6.2.4.1); else the key agreement is a GENERAL AUTHENTICATE (§6.2.4.2). */
function agreementExchanges({ command, protocol, keyId }: ChipAuthenticationChoice, ephemeral: Uint8Array, old: SecureChannel): readonly Exchange[] {
  const keyReference = keyId === undefined ? new Uint8Array() : encodeTlv(0x84, keyId);
  if (command === 'setKeyAgreementTemplate') {
    return [{ command: setSecurityEnvironment(MSE_SET_KAT.p1, MSE_SET_KAT.p2, concatBytes(encodeTlv(0x91, ephemeral), keyReference)), accept: OK, channel: old }];
  }
  return [
    { command: setSecurityEnvironment(MSE_SET_AT.p1, MSE_SET_AT.p2, concatBytes(encodeTlv(0x80, encodeOid(protocol)), keyReference)), accept: OK, channel: old },
    { command: generalAuthenticate(encodeTlv(0x7c, encodeTlv(0x80, ephemeral)), true), accept: OK, channel: old },
  ];
}
