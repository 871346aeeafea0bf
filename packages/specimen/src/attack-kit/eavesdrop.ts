import { createHash } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';
import { deriveKey, pad, tripleDes, unpad } from '../chip/ciphers.ts';
import { type CommandApdu, parseCommandApdu } from '../chip/command-apdu.ts';
import type { Chip } from '../chip/create-chip.ts';
import { readDataObjects } from '../chip/read-tlv.ts';
import { openCommand, sealAnswer, type SecureSession } from '../chip/secure-messaging.ts';
import { type Answer, encodeAnswer } from '../chip/status-words.ts';
import { tlv } from '../der/der.ts';
import { mrzInformation } from '../lds/encode-mrz-td3.ts';
import type { Passport } from '../lds/passport.ts';
import { isProtected } from './intercept.ts';

/** An answer taken apart: the data objects before the MAC, and the status word outside. */
export interface SealedAnswer {
  readonly objects: readonly Bytes[];
  readonly status: number;
}

export interface Tampering {
  /** What a command, its protection taken off, is answered; `ask` has the chip answer it. */
  readonly answer?: (command: CommandApdu, ask: () => Answer) => Answer;
  /** How an answer is protected; its MAC will hold, whatever it is made of. @param encrypt whole blocks, padding left to the caller */
  readonly seal?: (plain: Answer, encrypt: (blocks: Uint8Array) => Bytes) => SealedAnswer | undefined;
}

/**
 * A chip opened by BAC, with somebody in between who knows the machine readable zone: BAC hides nothing from him, so
 * that he reads along, answers in the chip's place and protects it as the chip would. Whoever makes a chip of his own
 * can do as much. What comes after chip authentication he cannot follow, and hands on.
 */
export function eavesdrop(chip: Chip, passport: Passport, tampering: Tampering): Chip {
  let session: SecureSession | undefined;
  return {
    powerOn() {
      session = undefined;
      chip.powerOn();
    },
    transmit(apdu) {
      const command = parseCommandApdu(apdu);
      if (command?.ins === 0x82 && !isProtected(command)) {
        const answer = chip.transmit(apdu);
        session = learnSession(passport, command.data, answer);
        return answer;
      }
      const opened = command !== undefined && session !== undefined && isProtected(command) ? openCommand(session, command) : undefined;
      if (session === undefined || opened === undefined || typeof opened === 'number') {
        session = undefined;
        return chip.transmit(apdu);
      }
      const known = session;
      let received: Bytes | undefined;
      const ask = (): Answer => openAnswer(known, (received ??= chip.transmit(apdu)));
      const plain = tampering.answer?.(opened, ask) ?? ask();
      if (received === undefined) chip.transmit(readOneByte(known));
      const honest = sealAnswer(known, opened.ins, plain);
      const sealed = tampering.seal?.(plain, (blocks) => known.cipher.encrypt(known.encryptionKey, known.counter, blocks));
      return sealed === undefined ? honest : withMac(known, sealed);
    },
  };
}

/** Both cryptograms of BAC, opened with the key that the machine readable zone gives. */
function learnSession(passport: Passport, cryptogram: Uint8Array, answer: Uint8Array): SecureSession | undefined {
  const zero = new Uint8Array(8);
  const key = deriveKey(createHash('sha1').update(mrzInformation(passport.mrz), 'latin1').digest().subarray(0, 16), 1);
  if (cryptogram.length !== 40 || answer.length !== 42) return undefined;
  const [terminal, own] = [cryptogram, answer].map((sealed) => tripleDes.decrypt(key, zero, sealed.subarray(0, 32))) as [Bytes, Bytes];
  const secret = terminal.subarray(16).map((byte, i) => byte ^ own[16 + i]!);
  return { cipher: tripleDes, encryptionKey: deriveKey(secret, 1), macKey: deriveKey(secret, 2), counter: concatBytes(own.subarray(4, 8), terminal.subarray(4, 8)) };
}

function openAnswer(session: SecureSession, answer: Bytes): Answer {
  const status = (answer.at(-2)! << 8) | answer.at(-1)!;
  const data = readDataObjects(answer.slice(0, -2))?.find(({ tag }) => tag === 0x87 || tag === 0x85);
  if (data === undefined) return { status, data: new Uint8Array() };
  const blocks = data.tag === 0x87 ? data.value.subarray(1) : data.value;
  return { status, data: unpad(session.cipher.decrypt(session.encryptionKey, session.counter, blocks)) ?? new Uint8Array() };
}

/** A harmless command under the counter of the one that was kept from the chip, so that both sides go on counting alike. */
function readOneByte({ cipher, macKey, counter }: SecureSession): Bytes {
  const header = Uint8Array.of(0x0c, 0xb0, 0x9e, 0x00);
  const le = tlv(0x97, Uint8Array.of(1));
  const mac = cipher.mac(macKey, pad(concatBytes(counter, pad(header, cipher.blockBytes), le), cipher.blockBytes));
  const body = concatBytes(le, tlv(0x8e, mac));
  return concatBytes(header, Uint8Array.of(body.length), body, Uint8Array.of(0));
}

function withMac({ cipher, macKey, counter }: SecureSession, { objects, status }: SealedAnswer): Bytes {
  const covered = concatBytes(...objects);
  return encodeAnswer({ status, data: concatBytes(covered, tlv(0x8e, cipher.mac(macKey, pad(concatBytes(counter, covered), cipher.blockBytes)))) });
}
