import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { authenticateChip } from './chip-authentication.ts';
import { aes128, tripleDes } from './ciphers.ts';
import { parseCommandApdu } from './command-apdu.ts';
import { openCommand, sealAnswer, type SecureSession } from './secure-messaging.ts';
import { answer } from './status-words.ts';

/** Chip authentication of real passports, recorded by others; a chip's key is a person's, so it stays outside the repository. */
const directory = process.env['VISAVIS_TEST_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const path = `${directory}/chip/vectors/real-chip-transcripts.json`;

interface Session {
  readonly alg: 'AES' | 'TDES';
  readonly ksEnc: string;
  readonly ksMac: string;
  readonly ssc: string;
}
interface Transcript {
  readonly dg14: string;
  readonly terminalPrivate: string;
  readonly smBefore: Session;
  readonly smAfter: Session;
  readonly exchange: readonly (readonly [string, string])[];
}

const sessionOf = (s: Session): SecureSession => ({ cipher: s.alg === 'AES' ? aes128 : tripleDes, encryptionKey: fromHex(s.ksEnc), macKey: fromHex(s.ksMac), counter: fromHex(s.ssc) });

/** What our chip answers to a recorded command with this outcome. */
function answerAs(session: SecureSession, command: string, data: string): { readonly opened: string; readonly response: string } {
  const opened = openCommand(session, parseCommandApdu(fromHex(command))!);
  if (typeof opened === 'number') throw new Error(`refused with ${opened.toString(16)}`);
  return { opened: toHex(opened.data), response: toHex(sealAnswer(session, opened.ins, answer(0x9000, fromHex(data)))) };
}

describe.skipIf(!existsSync(path))('our chip answers as a real one did, byte for byte (left out where the recordings are not at hand)', () => {
  const transcripts = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { CA: Readonly<Record<string, Transcript>> }).CA : {};

  it.each([
    ['AT', 'aes128'],
    ['DE', 'aes128'],
    ['MY', 'tripleDes'],
  ] as const)('%s, %s: before, during and after chip authentication', (state, cipher) => {
    const { dg14, terminalPrivate, smBefore, smAfter, exchange } = transcripts[state]!;
    const [[choose, chosen], [agree, agreed], [select, selected]] = exchange as readonly [readonly [string, string], readonly [string, string], readonly [string, string]];
    const before = sessionOf(smBefore);
    expect(answerAs(before, choose, '')).toMatchObject({ opened: expect.stringMatching(/^800a04007f0007020203/), response: chosen });
    expect(answerAs(before, agree, '7c00')).toMatchObject({ opened: expect.stringMatching(/^7c43804104/), response: agreed });

    // Diffie–Hellman is symmetric: the terminal's recorded private key and the chip's public one give the chip's session.
    const chipPublicKey = fromHex(/03420004([0-9a-f]{128})/.exec(dg14)![0].slice(6));
    const pair = { parameterId: 13, privateKey: fromHex(terminalPrivate), publicKey: chipPublicKey } as const;
    const after = authenticateChip({ pair, cipher }, chipPublicKey)!;
    const expected = sessionOf(smAfter);
    expect(answerAs(after, select, '').response).toBe(selected);
    // The recording's reader sets DES parity, which DES ignores; the recorded answer above already proves the keys.
    const comparable = (key: Uint8Array): string => toHex(cipher === 'aes128' ? key : key.map((b) => b & 0xfe));
    expect([comparable(after.encryptionKey), comparable(after.macKey), toHex(after.counter)]).toEqual([comparable(expected.encryptionKey), comparable(expected.macKey), smAfter.ssc]);
  });
});
