import { concatBytes, equalBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { generalAuthenticate, setSecurityEnvironment } from '../apdu/commands.ts';
import { aesCbcEncrypt, aesEncryptBlock, deriveKey, des3CbcEncrypt, KEY_PURPOSE, padIso7816, STANDARDIZED_CURVES, standardizedGroup } from '../crypto/index.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { DH_GROUPS } from '../crypto/dh-groups.ts';
import { toInteger } from '../crypto/integers.ts';
import { encodeTlv, readOnlyTlv } from '../tlv/tlv.ts';
import { type AccessKey, passwordSecret } from './access-key.ts';
import { authenticationToken, mapPaceNonce, PACE_NONCE_REQUEST, type PaceAuthentication, type PaceMapping } from './pace.ts';
import { pacePseudoRandom } from './pace-pseudo-random.ts';
import { choosePaceVariants, paceSetAtData, type PaceVariant } from './pace-variant.ts';

const h = fromHex;
const ID_PACE = '0.4.0.127.0.7.2.2.4.';
const answer = (tag: number, value: Uint8Array | string): Uint8Array => encodeTlv(0x7c, encodeTlv(tag, typeof value === 'string' ? h(value) : value));
const valueOf = (request: Uint8Array, tag: number): Uint8Array => readOnlyTlv(readOnlyTlv(request, 0x7c), tag);
const variantFor = (protocol: string, parameterId: number): PaceVariant => choosePaceVariants([{ protocol, parameterId }])[0]!;

/** Gives out planned bytes. */
const planned = (...parts: string[]) => (n: number): Uint8Array => {
  const part = h(parts.shift()!);
  expect(part).toHaveLength(n);
  return part;
};
/** A private key is drawn as (r mod (order − 1)) + 1, from eight bytes more than it has. */
const drawingPoint = (scalar: string): string => (BigInt(`0x${scalar}`) - 1n).toString(16).padStart(80, '0');
const drawingInteger = (scalar: string): string => ((BigInt(`0x${scalar}`) % DH_GROUPS[0].q) - 1n).toString(16).padStart(56, '0');

interface Example {
  readonly protocol: string;
  readonly parameterId: number;
  readonly key: AccessKey;
  readonly random: readonly string[];
  readonly requests: readonly string[];
  readonly mappingAnswer: string;
  readonly v: { readonly z: string; readonly pkIc: string; readonly pkIfd: string; readonly tIfd: string; readonly tIc: string; readonly ksEnc: string; readonly ksMac: string };
}
const mrz = ([documentNumber = '', dateOfBirth = '', dateOfExpiry = '']: readonly string[]): AccessKey => ({ kind: 'mrz', documentNumber, dateOfBirth, dateOfExpiry });
const { PACE_ECDH_GM: g1, PACE_DH_GM: g2, PACE_ECDH_IM: h1, PACE_DH_IM: h2, PACE_ECDH_CAM: i1 } = worked;
const EXAMPLES: Readonly<Record<string, Example>> = {
  'G.1': { protocol: `${ID_PACE}2.2`, parameterId: 13, key: mrz(g1.mrz), random: [drawingPoint(g1.skMapIfd), drawingPoint(g1.skIfd)], requests: [g1.pkMapIfd], mappingAnswer: g1.pkMapIc, v: g1 },
  'G.2': { protocol: `${ID_PACE}1.2`, parameterId: 0, key: mrz(g1.mrz), random: [drawingInteger(g2.skMapIfd), drawingInteger(g2.skIfd)], requests: [g2.pkMapIfd], mappingAnswer: g2.pkMapIc, v: g2 },
  'H.1': { protocol: h1.oid, parameterId: h1.paramId, key: { kind: 'can', can: h1.can }, random: [h1.t, drawingPoint(h1.skIfd)], requests: [h1.t], mappingAnswer: '', v: h1 },
  'H.2': { protocol: h2.oid, parameterId: h2.paramId, key: { kind: 'can', can: h2.can }, random: [h2.t, drawingInteger(h2.skIfd)], requests: [h2.t], mappingAnswer: '', v: h2 },
  'I.1': { protocol: i1.oid, parameterId: i1.paramId, key: mrz(i1.mrz), random: [drawingPoint(i1.skMapIfd), drawingPoint(i1.skIfd)], requests: [i1.pkMapIfd], mappingAnswer: i1.pkMapIc, v: i1 },
};

describe('worked examples of ICAO 9303-11', () => {
  it.each(Object.entries(EXAMPLES))('%s', (name, { protocol, parameterId, key, random, requests, mappingAnswer, v }) => {
    const mapping = mapPaceNonce(variantFor(protocol, parameterId), key, answer(0x80, v.z), planned(...random))!;
    expect(toHex(mapping.request)).toBe(toHex(answer(0x81, requests[0]!)));
    const agreement = mapping.agree(answer(0x82, mappingAnswer))!;
    expect(toHex(agreement.request)).toBe(toHex(answer(0x83, v.pkIfd)));
    const authentication = agreement.authenticate(answer(0x84, v.pkIc))!;
    expect(toHex(authentication.request)).toBe(toHex(answer(0x85, v.tIfd)));
    expect(toHex(authentication.channel.ksEnc)).toBe(v.ksEnc);
    expect(toHex(authentication.channel.ksMac)).toBe(v.ksMac);
    expect(authentication.channel.ssc).toBe(0n);
    const sealed = name === 'I.1' ? encodeTlv(0x8a, h(i1.encChipAuthData)) : new Uint8Array();
    const last = encodeTlv(0x7c, encodeTlv(0x86, h(v.tIc)), sealed);
    const evidence = authentication.verify(last)!.chipAuthenticationMapping;
    if (name === 'I.1') {
      expect(toHex(evidence!.chipAuthenticationData)).toBe(i1.chipAuthData);
      expect(toHex(evidence!.mappingKey)).toBe(i1.pkMapIc);
      expect(evidence!.parameterId).toBe(13);
    } else expect(evidence).toBeUndefined();
    expect(authentication.verify(answer(0x86, v.tIfd)), 'our own token').toBeUndefined();
    expect(authentication.verify(answer(0x86, v.tIc.slice(0, 8))), 'half a token').toBeUndefined();
    expect(authentication.verify(concatBytes(last, h('00'))), 'something behind it').toBeUndefined();
  });

  it('what lies between: password key, nonce, shared point, generator and secret', () => {
    const point = standardizedGroup(13)!;
    const integer = standardizedGroup(0)!;
    const decrypted = (v: { readonly z: string; readonly s: string }, kpi: string): void => expect(toHex(aesCbcEncrypt(h(kpi), new Uint8Array(16), h(v.s)))).toBe(v.z);
    for (const [v, key] of [[g1, mrz(g1.mrz)], [g2, mrz(g1.mrz)], [h1, { kind: 'can', can: h1.can }], [h2, { kind: 'can', can: h2.can }]] as const) {
      expect(toHex(deriveKey(passwordSecret(key), KEY_PURPOSE.password, 'aes128'))).toBe(v.kpi);
      decrypted(v, v.kpi);
    }
    decrypted(i1, toHex(deriveKey(passwordSecret(mrz(i1.mrz)), KEY_PURPOSE.password, 'aes128')));
    for (const v of [g1, i1]) expect(toHex(point.mapGenerically(h(v.s), h(v.skMapIfd), h(v.pkMapIc))!)).toBe(v.G);
    expect(toHex(point.mapGenerically(h(g1.s), h(g1.skMapIc), h(g1.pkMapIfd))!), 'the chip’s side').toBe(g1.G);
    expect(toHex(point.sharedSecret(h(g1.skMapIfd), h(g1.pkMapIc))!)).toBe(g1.H.slice(2, 66));
    expect(toHex(integer.mapGenerically(h(g2.s), h(g2.skMapIfd), h(g2.pkMapIc))!)).toBe(g2.G);
    expect(toHex(integer.sharedSecret(h(g2.skMapIfd), h(g2.pkMapIc))!)).toBe(g2.H);
    for (const v of [h2] as const) expect(toHex(integer.mapIntegrally(pacePseudoRandom('aes128', h(v.s), h(v.t), 1024))!)).toBe(v.G);
    const r = pacePseudoRandom('aes128', h(h1.s), h(h1.t), 256);
    expect(toHex(r)).toBe(h1.R);
    expect((toInteger(r) % 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n).toString(16)).toBe(h1.Rp);
    expect(toHex(point.mapIntegrally(r)!)).toBe(h1.G);
    for (const v of [g1, h1]) expect(toHex(point.sharedSecret(h(v.skIfd), h(v.pkIc))!)).toBe(v.K);
    for (const v of [g2, h2]) expect(toHex(integer.sharedSecret(h(v.skIfd), h(v.pkIc))!)).toBe(v.K);
  });

  it('commands of G.1, with and without the identifier of the parameters', () => {
    const variant = variantFor(`${ID_PACE}2.2`, 13);
    const setAt = (withParameterId: boolean, access = mrz(g1.mrz)): string => toHex(encodeCommand(setSecurityEnvironment(0xc1, 0xa4, paceSetAtData(variant, access, { withParameterId }))));
    const [[recorded], [askForNonce, nonceAnswer]] = g1.apdus as unknown as readonly [readonly [string], readonly [string, string]];
    expect(setAt(true)).toBe(recorded);
    expect(setAt(true, { kind: 'can', can: '123456' })).toBe(recorded.replace('830101', '830102'));
    expect(setAt(false)).toBe('0022c1a40f800a04007f00070202040202830101');
    expect(toHex(encodeCommand(generalAuthenticate(PACE_NONCE_REQUEST, false)))).toBe(askForNonce);
    expect(nonceAnswer).toBe(`${toHex(answer(0x80, g1.z))}9000`);
  });
});

const key: AccessKey = { kind: 'can', can: '271828' };
const seeded = (seed: number) => (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (seed * 167 + i * 59 + ((seed * i) >> 3)) & 0xff);

/** A chip: runs the other side of PACE up to the terminal’s last step. `chipSeed` makes its keys. */
function meet(variant: PaceVariant, chipSeed: number): { readonly mapping: PaceMapping; readonly authentication: PaceAuthentication; readonly token: Uint8Array; readonly secret: Uint8Array; readonly ksEnc: Uint8Array } {
  const { cipher, protocol } = variant;
  const group = standardizedGroup(variant.parameterId)!;
  const nonce = seeded(chipSeed + 1)(cipher === 'aes192' || cipher === 'aes256' ? 32 : 16);
  const passwordKey = deriveKey(passwordSecret(key), KEY_PURPOSE.password, cipher);
  const sealed = cipher === 'des3' ? des3CbcEncrypt(passwordKey, nonce) : aesCbcEncrypt(passwordKey, new Uint8Array(16), nonce);
  const mapping = mapPaceNonce(variant, key, answer(0x80, sealed), seeded(3))!;
  const chipMapping = group.drawKeyPair(group.generator, seeded(chipSeed));
  const integrated = variant.mapping === 'integrated';
  const generator = integrated
    ? group.mapIntegrally(pacePseudoRandom(cipher, nonce, valueOf(mapping.request, 0x81), group.bits))!
    : group.mapGenerically(nonce, chipMapping.privateKey, valueOf(mapping.request, 0x81))!;
  const agreement = mapping.agree(answer(0x82, integrated ? '' : chipMapping.publicKey))!;
  const chip = group.drawKeyPair(generator, seeded(chipSeed + 2));
  const secret = group.sharedSecret(chip.privateKey, valueOf(agreement.request, 0x83))!;
  const authentication = agreement.authenticate(answer(0x84, chip.publicKey))!;
  const token = (publicKey: Uint8Array): Uint8Array => authenticationToken({ cipher, ksMac: deriveKey(secret, KEY_PURPOSE.mac, cipher), protocol, agreement: variant.agreement, publicKey });
  expect(toHex(valueOf(authentication.request, 0x85))).toBe(toHex(token(chip.publicKey)));
  return { mapping, authentication, token: token(valueOf(agreement.request, 0x83)), secret, ksEnc: deriveKey(secret, KEY_PURPOSE.encryption, cipher) };
}

const sealChipAuthenticationData = (ksEnc: Uint8Array, data: Uint8Array): Uint8Array => aesCbcEncrypt(ksEnc, aesEncryptBlock(ksEnc, new Uint8Array(16).fill(0xff)), padIso7816(data, 16));

describe('every variant', () => {
  const everyVariant = choosePaceVariants(
    [1, 2, 3, 4, 6].flatMap((mapping) => [1, 2, 3, 4].flatMap((cipher) => Array.from({ length: 19 }, (_, parameterId) => ({ protocol: `${ID_PACE}${mapping}.${cipher}`, parameterId })))),
  );

  it('is spoken: 3 groups × 2 mappings × 4 ciphers by DH; 11 curves by GM, 10 by IM × 4 ciphers, 11 by CAM × 3', () => {
    expect(everyVariant).toHaveLength(3 * 2 * 4 + (11 + 10) * 4 + 11 * 3);
  });

  // Each cipher and mapping on each kind of group, and each group at least once.
  const tried = everyVariant.filter(({ parameterId, cipher }) => [0, 1, 8, 13].includes(parameterId) || cipher === 'aes128');
  it.each(tried.map((variant) => [`${variant.agreement} ${variant.parameterId} ${variant.mapping} ${variant.cipher}`, variant] as const))('%s', (_, variant) => {
    const { authentication, token, ksEnc } = meet(variant, 40);
    expect(toHex(authentication.channel.ksEnc)).toBe(toHex(ksEnc));
    expect(authentication.channel.cipher).toBe(variant.cipher);
    const tokenObject = encodeTlv(0x86, token);
    const references = concatBytes(encodeTlv(0x87, h('4142')), encodeTlv(0x88, h('4143')));
    const data = seeded(9)(32);
    const mappingData = encodeTlv(0x8a, variant.mapping === 'chipAuthentication' ? sealChipAuthenticationData(ksEnc, data) : new Uint8Array(16));
    const bare = authentication.verify(encodeTlv(0x7c, tokenObject));
    const withData = authentication.verify(encodeTlv(0x7c, tokenObject, references, mappingData));
    if (variant.mapping === 'chipAuthentication') {
      expect(bare, 'the proof was agreed and is missing').toBeUndefined();
      expect(toHex(withData!.chipAuthenticationMapping!.chipAuthenticationData)).toBe(toHex(data));
      expect(authentication.verify(encodeTlv(0x7c, tokenObject, encodeTlv(0x8a, seeded(1)(16)))), 'no padding').toBeUndefined();
      expect(authentication.verify(encodeTlv(0x7c, tokenObject, encodeTlv(0x8a, seeded(1)(15))))).toBeUndefined();
      expect(authentication.verify(encodeTlv(0x7c, tokenObject, encodeTlv(0x8a)))).toBeUndefined();
    } else {
      expect(bare).toEqual({ chipAuthenticationMapping: undefined });
      expect(withData, 'a proof that was not agreed').toBeUndefined();
      expect(authentication.verify(encodeTlv(0x7c, tokenObject, references))).toEqual({ chipAuthenticationMapping: undefined });
    }
  });

  it('best first: Chip Authentication Mapping, then strength, then the chip’s order; duplicates once', () => {
    const offered = [['2.1', 8], ['2.2', 12], ['2.2', 12], ['4.4', 17], ['6.2', 12], ['1.4', 2], ['6.4', 18], ['2.2', 13]] as const;
    const names = choosePaceVariants(offered.map(([arcs, parameterId]) => ({ protocol: ID_PACE + arcs, parameterId }))).map(({ protocol, parameterId }) => `${protocol.slice(ID_PACE.length)}/${parameterId}`);
    expect(names).toEqual(['6.4/18', '6.2/12', '4.4/17', '2.2/12', '2.2/13', '1.4/2', '2.1/8']);
  });

  it('nothing else: DH names with curves, curves with DH names, no parameters, reserved ones, 3DES with Chip Authentication Mapping, other arcs', () => {
    const others = [['2.2', 0], ['1.2', 13], ['2.2', undefined], ['2.2', 3], ['2.2', 19], ['6.1', 13], ['5.2', 13], ['2.5', 13], ['2', 13], ['2.2.1', 13], ['4.2', 10], ['constructor.2', 13]] as const;
    for (const [arcs, parameterId] of others) expect(choosePaceVariants([{ protocol: ID_PACE + arcs, parameterId }]), `${arcs}/${parameterId}`).toEqual([]);
    expect(choosePaceVariants([{ protocol: '1.2.3', parameterId: 13 }])).toEqual([]);
  });
});

// The search begins shortly before the first chip that is found.
describe('secrets that begin with zero bytes', () => {
  it.each([['DH', variantFor(`${ID_PACE}1.2`, 0), 215], ['ECDH', variantFor(`${ID_PACE}2.2`, 13), 180], ['P-521', variantFor(`${ID_PACE}2.4`, 18), 100]] as const)('%s: the session works', (_, variant, firstSeed) => {
    for (let chipSeed = firstSeed; ; chipSeed++) {
      expect(chipSeed).toBeLessThan(1500);
      const { authentication, token, secret } = meet(variant, chipSeed);
      expect(authentication.verify(answer(0x86, token))).toBeDefined();
      if (secret[0] === 0) break;
    }
  }, 60_000);
});

describe('answers that are refused', () => {
  const { v } = EXAMPLES['G.1']!;
  const variant = variantFor(`${ID_PACE}2.2`, 13);
  const start = (): PaceMapping => mapPaceNonce(variant, mrz(g1.mrz), answer(0x80, v.z), planned(...EXAMPLES['G.1']!.random))!;

  it('our own key thrown back, points off the curve, the identity', () => {
    const off = h(g1.pkMapIc);
    off[64]! ^= 1;
    for (const bad of [g1.pkMapIfd, toHex(off), '00', '']) expect(start().agree(answer(0x82, bad)), bad).toBeUndefined();
    const agreement = start().agree(answer(0x82, g1.pkMapIc))!;
    for (const bad of [g1.pkIfd, toHex(off), '00', '']) expect(agreement.authenticate(answer(0x84, bad)), bad).toBeUndefined();
    expect(agreement.authenticate(answer(0x84, g1.pkIc))).toBeDefined();
  });

  it('integers: our own key thrown back, 0, 1, p − 1, of small order', () => {
    const { protocol, parameterId, random } = EXAMPLES['G.2']!;
    const begin = (): PaceMapping => mapPaceNonce(variantFor(protocol, parameterId), mrz(g1.mrz), answer(0x80, g2.z), planned(...random))!;
    const minusOne = (BigInt(`0x${g2.p}`) - 1n).toString(16);
    for (const bad of [g2.pkMapIfd, '00', '01', '02', minusOne, g2.p, '']) expect(begin().agree(answer(0x82, bad)), bad.slice(0, 8)).toBeUndefined();
    const agreement = begin().agree(answer(0x82, g2.pkMapIc))!;
    for (const bad of [g2.pkIfd, '00', '01', '02', minusOne, g2.p, '']) expect(agreement.authenticate(answer(0x84, bad)), bad.slice(0, 8)).toBeUndefined();
    expect(agreement.authenticate(answer(0x84, g2.pkIc))).toBeDefined();
  });

  it('nonces of another length, empty templates, a mapping answer where there is none', () => {
    for (const bad of ['ff', '', '00'.repeat(8), '00'.repeat(24), '00'.repeat(80)]) expect(mapPaceNonce(variant, key, answer(0x80, bad), planned()), bad).toBeUndefined();
    expect(mapPaceNonce(variant, key, h('7c'), planned())).toBeUndefined();
    expect(mapPaceNonce(variant, key, concatBytes(answer(0x80, v.z), h('00')), planned())).toBeUndefined();
    expect(mapPaceNonce(variantFor(h1.oid, 13), key, answer(0x80, '00'.repeat(32)), planned())).toBeUndefined();
    const integrated = (): PaceMapping => mapPaceNonce(variantFor(h1.oid, 13), key, answer(0x80, h1.z), seeded(1))!;
    expect(integrated().agree(answer(0x82, '00'))).toBeUndefined();
    expect(integrated().agree(h('7c00')), 'left out').toBeDefined();
  });

  it('a nonce under another password leads to another generator', () => {
    const { authentication, token } = meet(variant, 50);
    expect(authentication.verify(answer(0x86, token))).toBeDefined();
    const wrong = mapPaceNonce(variant, { kind: 'can', can: '271829' }, answer(0x80, v.z), seeded(3))!.agree(answer(0x82, g1.pkMapIc))!.authenticate(answer(0x84, g1.pkIc))!;
    expect(wrong.verify(answer(0x86, v.tIc))).toBeUndefined();
    expect(equalBytes(wrong.channel.ksMac, h(g1.ksMac))).toBe(false);
  });

  it('curves are all named', () => expect(Object.keys(STANDARDIZED_CURVES)).toHaveLength(11));
});
