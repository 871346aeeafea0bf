import { fromHex, MalformedBytes, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { readSecurityInfos } from './security-infos.ts';

const BSI = '0.4.0.127.0.7.2.2';
const oid = (dotted: string): Uint8Array => encodeTlv(0x06, encodeOid(dotted));
const number = (value: number): Uint8Array => encodeTlv(0x02, Uint8Array.of(value));
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x31, ...parts);

describe('SecurityInfos', () => {
  it('PACEInfo of ICAO 9303-11 G.1 and G.2', () => {
    const { pace } = readSecurityInfos(set(fromHex(worked.PACE_ECDH_GM.paceInfo), fromHex(worked.PACE_DH_GM.paceInfo)));
    expect(pace).toEqual([
      { protocol: `${BSI}.4.2.2`, parameterId: 13 },
      { protocol: `${BSI}.4.1.2`, parameterId: 0 },
    ]);
  });

  it('ChipAuthenticationPublicKeyInfo of I.1, in EF.CardSecurity', () => {
    const [key] = readSecurityInfos(set(fromHex(worked.PACE_ECDH_CAM.chipAuthenticationPublicKeyInfo))).chipAuthenticationPublicKeys;
    expect(key).toMatchObject({ agreement: 'ecdh', keyId: Uint8Array.of(13) });
    expect(toHex(key!.publicKey)).toMatch(/^3052300c060704007f0007010202010d03420004187270/);
  });

  it('every protocol of PACE; one protocol with several parameters stays several offers', () => {
    const protocols = [1, 2, 3, 4, 6].flatMap((mapping) => [1, 2, 3, 4].map((cipher) => `${BSI}.4.${mapping}.${cipher}`));
    const infos = [...protocols.map((protocol) => sequence(oid(protocol), number(2), number(13))), sequence(oid(protocols[4]!), number(2), number(12)), sequence(oid(protocols[5]!), number(2))];
    expect(readSecurityInfos(set(...infos)).pace).toEqual([...protocols.map((protocol) => ({ protocol, parameterId: 13 })), { protocol: protocols[4], parameterId: 12 }, { protocol: protocols[5], parameterId: undefined }]);
  });

  it('domain parameters of a chip’s own, other versions and other objects are left out', () => {
    const parameters = sequence(oid('1.2.840.10045.2.1'), sequence(number(1)));
    const infos = readSecurityInfos(
      set(
        sequence(oid(`${BSI}.4.2`), parameters),
        sequence(oid(`${BSI}.4.2`), parameters, number(33)),
        sequence(oid(`${BSI}.3.2`), parameters),
        sequence(oid(`${BSI}.3.2`), parameters, number(1)),
        sequence(oid(`${BSI}.4.2.2`), number(1), number(13)),
        sequence(oid(`${BSI}.3.2.2`), number(2)),
        sequence(oid(`${BSI}.3.5.2`), number(1)),
        sequence(oid(`${BSI}.2`), number(1)),
        sequence(oid('0.4.0.127.0.7.3.2.2'), sequence()),
        sequence(oid(`${BSI}.8`), set(sequence(oid(`${BSI}.3.2.2`), number(2)))),
        sequence(oid('1.2.3'), fromHex('0400')),
      ),
    );
    expect(infos).toEqual({ pace: [], chipAuthentication: [], chipAuthenticationPublicKeys: [], activeAuthenticationAlgorithm: undefined });
  });

  it('key identifiers without a sign byte', () => {
    const { chipAuthentication } = readSecurityInfos(set(sequence(oid(`${BSI}.3.2.4`), number(1), fromHex('020200c3')), sequence(oid(`${BSI}.3.1.1`), number(1), fromHex('020101'))));
    expect(chipAuthentication.map(({ agreement, cipher, keyId }) => `${agreement} ${cipher} ${toHex(keyId!)}`)).toEqual(['ecdh aes256 c3', 'dh des3 01']);
  });

  it('refuses what is no set, has no names, or no end', () => {
    for (const bad of [sequence(), set(sequence()), set(number(1)), set(sequence(number(1))), set(sequence(oid(`${BSI}.4.2.2`))), set(sequence(oid(`${BSI}.4.2.2`), number(2), number(0xff))), set(...Array.from({ length: 65 }, () => sequence(oid('1.2.3'))))]) {
      expect(() => readSecurityInfos(bad), toHex(bad).slice(0, 20)).toThrow(MalformedBytes);
    }
  });
});
