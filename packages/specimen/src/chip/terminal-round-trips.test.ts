import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, type DocumentReading, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { concatBytes } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { objectIdentifier, tlv } from '../der/der.ts';
import { createChip, createSpecimenState, type Passport, type PassportOrder, transmitBatch } from '../index.ts';
import { testPortrait } from '../test-portrait.ts';
import type { ChipOptions } from './create-chip.ts';
import { readDataObjects } from './read-tlv.ts';

/** Documents of the sizes that the arithmetic minimum was worked out for: EF.SOD 2 000 bytes, DG1 93, DG2 15 000, DG14 380, DG15 165. */
const nowMs = Date.UTC(2026, 10, 22, 9);
const state = createSpecimenState({ seed: 'round trips', nowMs });
const order = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female' } as const;

function sizedPassport(choice: Pick<PassportOrder, 'access' | 'authentication'>): Passport {
  const minted = state.mintPassport({ ...order, ...choice, activeAuthenticationAlgorithm: 'rsa1024' });
  const dg14 = minted.files.dg14 === undefined ? undefined : filledDg14(minted.files.dg14);
  const dg2 = state.mintPassport({ ...order, ...choice, portrait: concatBytes(testPortrait, new Uint8Array(15_000 - minted.files.dg2.length)) }).files.dg2;
  const signed = state.resign({ ...minted, files: { ...minted.files, dg2, dg14 } });
  const passport = { ...signed, files: { ...signed.files, sod: filledSod(signed.files.sod) } };
  expect([passport.files.sod.length, passport.files.dg1.length, dg2.length, dg14?.length ?? 380, passport.files.dg15?.length ?? 165]).toEqual([2000, 93, 15_000, 380, 165]);
  return passport;
}

/** Filled with what no reader looks at, to this many bytes. @param encode with fillers of these sizes; two, since length fields grow in jumps */
function filledTo(bytes: number, encode: (n: number, m: number) => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let m = 0; m < 200; m++) {
    for (let n = 0; n < bytes; n++) {
      const file = encode(n, m);
      if (file.length === bytes) return file;
      if (file.length > bytes) break;
    }
  }
  throw new RangeError(`${encode(0, 0).length} bytes cannot be filled to ${bytes}`);
}

const inner = (der: Uint8Array, index: number): Uint8Array => readDataObjects(der)![index]!.value;

/** With SecurityInfos that no terminal knows. */
function filledDg14(dg14: Uint8Array): Uint8Array<ArrayBuffer> {
  const infos = inner(inner(dg14, 0), 0);
  const unknown = (bytes: number): Uint8Array => (bytes === 0 ? new Uint8Array() : tlv(0x30, objectIdentifier('2.23'), tlv(0x04, new Uint8Array(bytes - 1))));
  return filledTo(380, (n, m) => tlv(0x6e, tlv(0x31, infos, unknown(n), unknown(m))));
}

/** With certificates of nobody. */
function filledSod(sod: Uint8Array): Uint8Array<ArrayBuffer> {
  const contentInfo = inner(inner(sod, 0), 0);
  const [oid] = readDataObjects(contentInfo)!;
  const [version, digests, content, certificates, signers] = readDataObjects(inner(inner(contentInfo, 1), 0))!;
  const again = (object: { readonly tag: number; readonly value: Uint8Array } | undefined, ...more: Uint8Array[]): Uint8Array => tlv(object!.tag, object!.value, ...more);
  const nobody = (bytes: number): Uint8Array => (bytes === 0 ? new Uint8Array() : tlv(0x30, tlv(0x04, new Uint8Array(bytes - 1))));
  return filledTo(2000, (n, m) => tlv(0x77, tlv(0x30, again(oid), tlv(0xa0, tlv(0x30, again(version), again(digests), again(content), again(certificates, nobody(n), nobody(m)), again(signers))))));
}

function read(passport: Passport, chipOptions: ChipOptions = {}): { readonly reading: DocumentReading; readonly apdus: number } {
  const chip = createChip(passport, chipOptions);
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: [] });
  let step = terminal.next();
  let apdus = 0;
  while (step.done !== true) {
    const answers = transmitBatch(chip, step.value.commands);
    apdus += answers.answers.length;
    step = terminal.next(answers);
  }
  if (!step.value.ok) throw new Error(`${step.value.fault.code} ${JSON.stringify(step.value.fault.detail)}`);
  return { reading: step.value.value, apdus };
}

describe('round trips and APDUs of a chip that does as most do', () => {
  it.each<readonly [string, Pick<PassportOrder, 'access' | 'authentication'>, ChipOptions, { readonly roundTrips: number; readonly apdus: number }]>([
    ['PACE and chip authentication, short', { access: 'paceAndBac', authentication: 'chipAuthentication' }, {}, { roundTrips: 6, apdus: 93 }],
    ['PACE and chip authentication, extended', { access: 'paceAndBac', authentication: 'chipAuthentication' }, { extendedLengthBytes: 4096 }, { roundTrips: 6, apdus: 19 }],
    ['BAC and active authentication, short', { access: 'bac', authentication: 'activeAuthentication' }, {}, { roundTrips: 4, apdus: 83 }],
    ['BAC and active authentication, extended', { access: 'bac', authentication: 'activeAuthentication' }, { extendedLengthBytes: 4096 }, { roundTrips: 4, apdus: 13 }],
    ['BAC and chip authentication, short', { access: 'bac', authentication: 'chipAuthentication' }, {}, { roundTrips: 4, apdus: 87 }],
    ['BAC and chip authentication, extended', { access: 'bac', authentication: 'chipAuthentication' }, { extendedLengthBytes: 4096 }, { roundTrips: 4, apdus: 16 }],
  ])('%s', (_what, choice, chipOptions, counts) => {
    const { reading, apdus } = read(sizedPassport(choice), chipOptions);
    expect(apdus).toBe(reading.commands);
    expect({ roundTrips: reading.roundTrips, apdus }).toEqual(counts);
    expect(reading.quirks).toEqual([]);
    const trustStore = openTrustStore({ ...state.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
    if (!trustStore.ok) throw new Error(trustStore.fault.code);
    const { result } = verifyAuthenticity({ reading, trustStore: trustStore.value, atMs: nowMs });
    expect(result.ok ? result.value.chipProof : result.fault.code).toBe(choice.authentication);
  });
});
