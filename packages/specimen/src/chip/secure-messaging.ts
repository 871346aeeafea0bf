import { type Bytes, concatBytes, equalBytes } from '@visavis/kernel';
import { tlv } from '../der/der.ts';
import { pad, type SessionCipher, unpad } from './ciphers.ts';
import type { CommandApdu } from './command-apdu.ts';
import { readDataObjects } from './read-tlv.ts';
import { type Answer, encodeAnswer, SW } from './status-words.ts';

/** Keys and counter of one secure messaging session, from the chip's side (ICAO 9303-11 §9.8). */
export interface SecureSession {
  readonly cipher: SessionCipher;
  readonly encryptionKey: Bytes;
  readonly macKey: Bytes;
  /** Send sequence counter, one cipher block; goes up before every command and every answer. */
  readonly counter: Bytes;
}

/** Adds one, in place. */
function increment(counter: Bytes): void {
  for (let i = counter.length - 1; i >= 0; i--) {
    counter[i] = (counter[i]! + 1) & 0xff;
    if (counter[i] !== 0) return;
  }
}

/**
 * Opens a protected command. The order and kind of data objects are those of §9.8.4: 87 (or 85 under an odd
 * instruction), 97, 8E.
 * @returns the plain command, or the status word with which the chip gives up the session
 */
export function openCommand(session: SecureSession, command: CommandApdu): CommandApdu | number {
  const { cipher, counter } = session;
  increment(counter);
  const objects = readDataObjects(command.data);
  if (objects === undefined) return SW.smObjectIncorrect;
  const odd = (command.ins & 1) === 1;
  const order = [odd ? 0x85 : 0x87, 0x97, 0x8e];
  const places = objects.map((o) => order.indexOf(o.tag));
  if (places.some((place, i) => place < 0 || (i > 0 && place <= places[i - 1]!))) return SW.smObjectIncorrect;
  const [cryptogram, le, mac] = order.map((tag) => objects.find((o) => o.tag === tag)?.value);
  if (mac === undefined) return SW.smObjectMissing;

  const head = pad(Uint8Array.of(command.cla, command.ins, command.p1, command.p2), cipher.blockBytes);
  // Byte for byte as it came: everything before the MAC object, which is ten bytes long.
  const covered = command.data.subarray(0, command.data.length - 10);
  const message = concatBytes(counter, head, covered.length > 0 ? pad(covered, cipher.blockBytes) : covered);
  if (mac.length !== 8 || !equalBytes(mac, cipher.mac(session.macKey, message))) return SW.smObjectIncorrect;

  const data = cryptogram === undefined ? new Uint8Array() : decipher(session, cryptogram, odd);
  if (data === undefined) return SW.smObjectIncorrect;
  const ne = readLe(le);
  if (ne === undefined) return SW.smObjectIncorrect;
  return { ...command, cla: command.cla & ~0x0c, data, ...ne };
}

function decipher(session: SecureSession, value: Bytes, odd: boolean): Bytes | undefined {
  if (!odd && value[0] !== 0x01) return undefined;
  const cryptogram = odd ? value : value.subarray(1);
  if (cryptogram.length === 0 || cryptogram.length % session.cipher.blockBytes !== 0) return undefined;
  return unpad(session.cipher.decrypt(session.encryptionKey, session.counter, cryptogram));
}

function readLe(le: Bytes | undefined): Pick<CommandApdu, 'maxResponseBytes' | 'wantsAll'> | undefined {
  if (le === undefined) return { maxResponseBytes: 0, wantsAll: false };
  if (le.length === 1) return { maxResponseBytes: le[0]! || 256, wantsAll: le[0] === 0 };
  if (le.length !== 2) return undefined;
  const n = (le[0]! << 8) | le[1]!;
  return { maxResponseBytes: n || 65_536, wantsAll: n === 0 };
}

/** Protects an answer: 87 (85 under an odd instruction) when there is data, 99, 8E. */
export function sealAnswer(session: SecureSession, ins: number, plain: Answer): Bytes {
  const { cipher, counter } = session;
  increment(counter);
  const parts: Bytes[] = [];
  if (plain.data.length > 0) {
    const cryptogram = cipher.encrypt(session.encryptionKey, counter, pad(plain.data, cipher.blockBytes));
    parts.push((ins & 1) === 1 ? tlv(0x85, cryptogram) : tlv(0x87, Uint8Array.of(0x01), cryptogram));
  }
  parts.push(tlv(0x99, Uint8Array.of(plain.status >> 8, plain.status & 0xff)));
  const covered = concatBytes(...parts);
  const mac = cipher.mac(session.macKey, pad(concatBytes(counter, covered), cipher.blockBytes));
  return encodeAnswer({ status: plain.status, data: concatBytes(covered, tlv(0x8e, mac)) });
}
