import { createHash, randomBytes } from 'node:crypto';
import { type Bytes, concatBytes, fromHex, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tlv } from '../der/der.ts';
import { mrzInformation } from '../lds/encode-mrz-td3.ts';
import type { PassportOrder } from '../lds/mint-passport.ts';
import type { Passport } from '../lds/passport.ts';
import { createSpecimenState } from '../specimen-state.ts';
import { testPortrait } from '../test-portrait.ts';
import { deriveKey, pad, tripleDes, unpad } from './ciphers.ts';
import { type Chip, createChip } from './create-chip.ts';

const state = createSpecimenState({ seed: 'chip', nowMs: Date.UTC(2026, 10, 1) });
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const passport = state.mintPassport(order);

const send = (chip: Chip, hex: string): string => toHex(chip.transmit(fromHex(hex)));
const SELECT_APPLICATION = '00a4040c07a0000002471001';

/** A reader of its own, small and by hand: BAC and triple DES, so that these tests lean on no other room. */
function enterByBac(chip: Chip, document: Passport) {
  expect(send(chip, SELECT_APPLICATION)).toBe('9000');
  const challenge = chip.transmit(fromHex('0084000008')).slice(0, 8);
  const seed = createHash('sha1').update(mrzInformation(document.mrz)).digest().subarray(0, 16);
  const [own, key] = [randomBytes(8), randomBytes(16)];
  const cryptogram = tripleDes.encrypt(deriveKey(seed, 1), own, concatBytes(own, challenge, key));
  const mac = tripleDes.mac(deriveKey(seed, 2), pad(cryptogram, 8));
  const response = chip.transmit(concatBytes(fromHex('0082000028'), cryptogram, mac, fromHex('28')));
  expect(toHex(response.slice(-2))).toBe('9000');
  const opened = tripleDes.decrypt(deriveKey(seed, 1), own, response.slice(0, 32));
  const sessionSeed = opened.slice(16).map((b, i) => b ^ key[i]!);
  const [encryptionKey, macKey] = [deriveKey(sessionSeed, 1), deriveKey(sessionSeed, 2)];
  let counter = BigInt(`0x${toHex(challenge.slice(4))}${toHex(own.subarray(4))}`);
  const next = (): Bytes => fromHex((++counter).toString(16).padStart(16, '0'));

  function protect(head: string, data: Uint8Array | undefined, le: number | undefined): Bytes {
    const header = fromHex(head);
    const odd = (header[1]! & 1) === 1;
    const cipher = data === undefined ? new Uint8Array() : tripleDes.encrypt(encryptionKey, own, pad(data, 8));
    const covered = concatBytes(data === undefined ? cipher : odd ? tlv(0x85, cipher) : tlv(0x87, Uint8Array.of(1), cipher), le === undefined ? new Uint8Array() : tlv(0x97, Uint8Array.of(le)));
    const code = tripleDes.mac(macKey, pad(concatBytes(next(), pad(header, 8), covered), 8));
    const body = concatBytes(covered, tlv(0x8e, code));
    return concatBytes(header, Uint8Array.of(body.length), body, Uint8Array.of(0));
  }

  return {
    protect,
    /** Status word and data, after the answer's MAC was checked. */
    ask(head: string, data: Uint8Array | undefined, le: number | undefined): { readonly status: string; readonly data: Bytes } {
      const response = chip.transmit(protect(head, data, le));
      if (response.length === 2) return { status: toHex(response), data: new Uint8Array() };
      const covered = response.slice(0, -12);
      expect(toHex(response.slice(-10, -2))).toBe(toHex(tripleDes.mac(macKey, pad(concatBytes(next(), covered), 8))));
      const cryptogram = covered.slice(0, -4);
      if (cryptogram.length === 0) return { status: toHex(response.slice(-2)), data: cryptogram };
      const skip = (cryptogram[1] === 0x82 ? 4 : cryptogram[1] === 0x81 ? 3 : 2) + (cryptogram[0] === 0x87 ? 1 : 0);
      return { status: toHex(response.slice(-2)), data: unpad(tripleDes.decrypt(encryptionKey, own, cryptogram.slice(skip)))! };
    },
  };
}

describe('access conditions', () => {
  it('lets anybody read EF.CardAccess, and nobody the application without a session', () => {
    const chip = createChip(passport);
    expect(send(chip, '00b09c0000')).toBe(`${toHex(passport.files.cardAccess!)}9000`);
    expect(send(chip, '00a4000c023f00')).toBe('9000');
    expect(send(chip, SELECT_APPLICATION)).toBe('9000');
    for (const command of ['00a4020c020101', '00b0810000', '00b0820000', '00b09d0000', '00880000080102030405060708 00'.replace(' ', '')]) expect(send(chip, command)).toBe('6982');
    expect(send(chip, '00b0000000')).toBe('6982');
  });

  it('answers 6300 to a terminal that does not know the MRZ, and the challenge is used up', () => {
    const chip = createChip(passport);
    send(chip, SELECT_APPLICATION);
    send(chip, '0084000008');
    const wrong = `0082000028${'00'.repeat(40)}28`;
    expect([send(chip, wrong), send(chip, wrong)]).toEqual(['6300', '6985']);
  });

  it('knows no application but its own, no instruction but a passport\'s, no malformed command', () => {
    const chip = createChip(passport);
    expect(send(chip, '00a4040c07a0000002471002')).toBe('6a82');
    expect(send(chip, '00ca000000')).toBe('6d00');
    expect(send(chip, '80b0000000')).toBe('6e00');
    expect(send(chip, '00a4040c08a0000002471001')).toBe('6700');
    expect(send(chip, '00b09d00000100')).toBe('6700');
  });

  it('has no BAC on a PACE-only chip and no PACE on a BAC-only one', () => {
    const paceOnly = createChip(state.mintPassport({ ...order, access: 'pace' }));
    send(paceOnly, SELECT_APPLICATION);
    expect(send(paceOnly, '0084000008')).toBe('6d00');
    const bacOnly = createChip(state.mintPassport({ ...order, access: 'bac' }));
    expect(send(bacOnly, '00b09c0000')).toBe('6a82');
    expect(send(bacOnly, '0022c1a40f800a04007f00070202040202830101')).toBe('6a86');
  });

  it('takes PACE in order only', () => {
    const chip = createChip(passport);
    const choose = '0022c1a40f800a04007f00070202040202830101';
    expect(send(chip, '10860000027c0000')).toBe('6985');
    expect(send(chip, '0022c1a40f800a04007f00070202040204830101')).toBe('6a80');
    expect(send(chip, '0022c1a40f800a04007f00070202040202830103')).toBe('6a88');
    expect(send(chip, choose)).toBe('9000');
    expect(send(chip, '10860000027c0000')).toMatch(/^7c128010[0-9a-f]{32}9000$/);
    // An off-curve point, then the conversation is over.
    expect(send(chip, `10860000457c438141 04${'01'.repeat(64)}00`.replace(' ', ''))).toBe('6a80');
    expect(send(chip, `10860000457c438141 04${'01'.repeat(64)}00`.replace(' ', ''))).toBe('6985');
  });
});

describe('whatever comes', () => {
  const anyCommand = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Nearly right: known classes and instructions, with data objects that may nest.
    fc
      .tuple(fc.constantFrom(0x00, 0x0c, 0x10), fc.constantFrom(0xa4, 0xb0, 0xb1, 0x84, 0x82, 0x22, 0x86, 0x88), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x7c, 0x80, 0x87, 0x54, 0x8e), fc.uint8Array({ maxLength: 70 }))
      .map(([cla, ins, p1, p2, tag, value]) => concatBytes(Uint8Array.of(cla, ins, p1, p2), Uint8Array.of(value.length + 2, tag, value.length), value, Uint8Array.of(0))),
  );

  it('answers with a status word and gives nothing away that a lock protects', () => {
    const chip = createChip(passport);
    const secrets = [passport.mrz[1], 'UTOMUSTER'].map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 6 }), (commands) => {
        for (const command of [fromHex(SELECT_APPLICATION), ...commands]) {
          const response = Buffer.from(chip.transmit(command));
          expect(response.length).toBeGreaterThanOrEqual(2);
          expect(response.readUInt8(response.length - 2)).toBeGreaterThanOrEqual(0x62);
          expect(secrets.some((secret) => response.includes(secret))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('under secure messaging', () => {
  it('reads a file whole, 231 bytes at most at a time', () => {
    const chip = createChip(passport);
    const reader = enterByBac(chip, passport);
    expect(reader.ask('0ca4020c', fromHex('0102'), undefined).status).toBe('9000');
    const parts: Bytes[] = [];
    const { dg2 } = passport.files;
    for (let at = 0; at < dg2.length; at += 231) {
      const { status, data } = reader.ask(`0cb0${at.toString(16).padStart(4, '0')}`, undefined, 0);
      expect(status).toBe('9000');
      parts.push(data);
    }
    expect(toHex(concatBytes(...parts))).toBe(toHex(dg2));
    expect(reader.ask('0cb07fff', undefined, 0).status).toBe('6b00');
    expect(reader.ask('0cb08100', undefined, 232).status).toBe('6700');
    const past = reader.ask('0cb08100', undefined, 200);
    expect([past.status, past.data.length]).toEqual(['6282', passport.files.dg1.length]);
  });

  it('reads beyond 32 767 bytes by the odd instruction', () => {
    const big = { ...passport, files: { ...passport.files, dg2: Uint8Array.from({ length: 40_000 }, (_, i) => i) } };
    const reader = enterByBac(createChip(big), big);
    expect(reader.ask('0ca4020c', fromHex('0102'), undefined).status).toBe('9000');
    const { status, data } = reader.ask('0cb10000', fromHex('54029000'), 0x12);
    expect(status).toBe('9000');
    expect(toHex(data)).toBe(toHex(tlv(0x53, big.files.dg2.slice(0x9000, 0x9010))));
  });

  it('ends the session on a wrong MAC, on a repeated command and on a plain one', () => {
    const spoil: readonly ((chip: Chip, reader: ReturnType<typeof enterByBac>) => string)[] = [
      (chip, reader) => {
        const command = reader.protect('0cb08100', undefined, 0);
        command[command.length - 3]! ^= 1;
        return toHex(chip.transmit(command));
      },
      (chip, reader) => {
        const command = reader.protect('0cb08100', undefined, 0);
        chip.transmit(command);
        return toHex(chip.transmit(command));
      },
      (chip) => send(chip, '00b0810000'),
    ];
    for (const [i, status] of ['6988', '6988', '6982'].entries()) {
      const chip = createChip(passport);
      const reader = enterByBac(chip, passport);
      expect(spoil[i]!(chip, reader)).toBe(status);
      expect(reader.ask('0cb08100', undefined, 0).status).toBe('6988');
      expect(send(chip, '00b0810000')).toBe('6982');
    }
  });

  it('forgets the session when it leaves the field', () => {
    const chip = createChip(passport);
    const reader = enterByBac(chip, passport);
    expect(reader.ask('0cb08100', undefined, 0).status).toBe('9000');
    chip.powerOn();
    expect(reader.ask('0cb08100', undefined, 0).status).toBe('6988');
  });
});
