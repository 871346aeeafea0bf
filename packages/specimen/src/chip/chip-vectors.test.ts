import { createHash } from 'node:crypto';
import { concatBytes, equalBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { mutualAuthenticate } from './basic-access-control.ts';
import { deriveKey, tripleDes } from './ciphers.ts';
import { parseCommandApdu } from './command-apdu.ts';
import { beginPace, continuePace } from './pace.ts';
import vectors from './icao9303-11.vectors.json' with { type: 'json' };
import { openCommand, sealAnswer } from './secure-messaging.ts';
import { answer } from './status-words.ts';

/** DES ignores the lowest bit of each key byte; the document prints keys with parity. */
const withoutParity = (hex: string): string => toHex(fromHex(hex).map((b) => b & 0xfe));

describe('the chip, by the worked examples of ICAO 9303-11', () => {
  it('appendix D.3: mutual authentication', () => {
    const v = vectors.bac;
    const outcome = mutualAuthenticate({ mrzInformation: v.mrzInformation, challenge: fromHex(v.rndIc), cryptogram: fromHex(v.eIfd + v.mIfd), random: () => fromHex(v.kIc) });
    expect(toHex(outcome!.response)).toBe(v.eIc + v.mIc);
    expect(withoutParity(toHex(outcome!.session.encryptionKey))).toBe(withoutParity(v.ksEnc));
    expect(withoutParity(toHex(outcome!.session.macKey))).toBe(withoutParity(v.ksMac));
    expect(toHex(outcome!.session.counter)).toBe(v.ssc);
  });

  it('appendix D.4: secure messaging, three exchanges', () => {
    const v = vectors.bac;
    const session = { cipher: tripleDes, encryptionKey: fromHex(v.ksEnc), macKey: fromHex(v.ksMac), counter: fromHex(v.ssc) };
    for (const exchange of v.sm) {
      const opened = openCommand(session, parseCommandApdu(fromHex(exchange.protected))!);
      if (typeof opened === 'number') throw new Error(`refused with ${opened.toString(16)}`);
      const plain = parseCommandApdu(fromHex(exchange.plain))!;
      expect({ ...opened, data: toHex(opened.data), extended: false }).toEqual({ ...plain, data: toHex(plain.data) });
      const response = fromHex(exchange.responsePlain);
      expect(toHex(sealAnswer(session, opened.ins, answer(0x9000, response.slice(0, -2))))).toBe(exchange.response);
    }
  });

  it('appendix G.1: PACE with generic mapping', () => {
    const v = vectors.pace;
    const password = createHash('sha1').update(v.mrzInformation).digest();
    // A private key is one more than what was drawn, modulo the order less one.
    const drawn = [v.s, ...[v.skMapIc, v.skIc].map((hex) => (BigInt(`0x${hex}`) - 1n).toString(16).padStart(2 * 40, '0'))].map((hex) => fromHex(hex));
    const random = (): Uint8Array => drawn.shift()!;
    const started = continuePace(beginPace({ mapping: 'generic', parameterId: 13, cipher: 'aes128' }, password), undefined, new Uint8Array(), random);
    expect(toHex(started.answer.data)).toBe(`7c128010${v.z}`);
    const mapped = continuePace(started.run!, 0x81, fromHex(v.pkMapIfd), random);
    expect(toHex(mapped.answer.data)).toBe(`7c438241${v.pkMapIc}`);
    const agreed = continuePace(mapped.run!, 0x83, fromHex(v.pkIfd), random);
    expect(toHex(agreed.answer.data)).toBe(`7c438441${v.pkIc}`);
    const wrong = continuePace(agreed.run!, 0x85, fromHex(v.tIfd).map((b) => b ^ 1), random);
    expect([wrong.answer.status, wrong.session]).toEqual([0x6300, undefined]);
    const done = continuePace(agreed.run!, 0x85, fromHex(v.tIfd), random);
    expect(toHex(done.answer.data)).toBe(`7c0a8608${v.tIc}`);
    expect(toHex(done.session!.encryptionKey)).toBe(v.ksEnc);
    expect(toHex(done.session!.macKey)).toBe(v.ksMac);
  });
});

describe('key derivation', () => {
  it('uses a counter of four bytes', () => {
    expect(equalBytes(deriveKey(fromHex('00'), 3), createHash('sha1').update(concatBytes(fromHex('00'), fromHex('00000003'))).digest().subarray(0, 16))).toBe(true);
  });
});
