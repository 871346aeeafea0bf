import { concatBytes, fromHex, utf8 } from '@visavis/kernel';
import { encodeTlv } from '../tlv/tlv.ts';

const h = fromHex;
const JPEG = h('ffd8ffe000104a46');
const JPEG_2000 = h('ff4fff510000');

/** ISO/IEC 19794-5: one face without feature points. */
const FACE_19794 = concatBytes(h('464143003031300000000036000100000028'), h('0000'), new Uint8Array(26), JPEG);
/** ISO/IEC 39794-5: the smallest block that the standard allows. */
const FACE_39794 = encodeTlv(0x65, encodeTlv(0xa0, h('800103'), h('810207e3')), encodeTlv(0xa1, encodeTlv(0x30, h('800100'), encodeTlv(0xa1, encodeTlv(0xa0, encodeTlv(0xa0, encodeTlv(0x80, JPEG_2000), h('a105a103800100')))), h('a203800101'))));
const template = (index: number, ...values: readonly string[]): Uint8Array => encodeTlv(0xa0 + index, ...values.map((value, i) => encodeTlv(0x5f50 + i, utf8(value))));

/** Honest inputs that no recorded session has, written by hand after the worked examples of ICAO 9303-10. */
export const WRITTEN_SEEDS = {
  face19794: [FACE_19794],
  face39794: [FACE_39794, encodeTlv(0xa1, FACE_39794)],
  dg2: [FACE_39794, FACE_19794].map((face) => encodeTlv(0x75, encodeTlv(0x7f61, h('020101'), encodeTlv(0x7f60, encodeTlv(0xa1, h('8001ff')), encodeTlv(0x5f2e, face))))),
  dg7: [encodeTlv(0x67, h('020102'), encodeTlv(0x5f43, JPEG), encodeTlv(0x5f43, JPEG_2000))],
  dg11: [
    encodeTlv(0x6b, encodeTlv(0x5c, h('5f0e5f115f425f125f13')), encodeTlv(0x5f0e, utf8('SMITH<<JOHN<J')), encodeTlv(0x5f11, utf8('ANYTOWN<MN')), encodeTlv(0x5f42, utf8('123 MAPLE RD<ANYTOWN<MN')), encodeTlv(0x5f12, utf8('1-612-555-1212')), encodeTlv(0x5f13, utf8('TRAVEL<AGENT'))),
    encodeTlv(0x6b, encodeTlv(0x5f2b, h('19740812')), encodeTlv(0xa0, h('020101'), encodeTlv(0x5f0f, utf8('MÜLLER<<ZOË')))),
  ],
  dg12: [encodeTlv(0x6c, encodeTlv(0x5c, h('5f195f26')), encodeTlv(0x5f19, utf8('UTOPIA')), encodeTlv(0x5f26, utf8('20020531')), encodeTlv(0x5f55, h('20020531123059')), encodeTlv(0x5f1d, JPEG))],
  dg13: [h('6d0361ff02')],
  dg16: [encodeTlv(0x70, h('020102'), template(1, '20020101', 'SMITH<<CHARLES<R', '19525551212', '123 MAPLE RD<ANYTOWN'), template(2, '20020315', 'BROWN<<MARY<J', '14155551212', '49 REDWOOD LN'))],
  efCom: [h('60165f0104303130375f36063034303030305c046175636e')],
  efAtrInfo: [concatBytes(encodeTlv(0x47, h('9401e0')), encodeTlv(0x7f66, h('02020400'), h('02020fff')), new Uint8Array(4))],
  efDir: [concatBytes(encodeTlv(0x61, encodeTlv(0x4f, h('a0000002471001')), encodeTlv(0x50, utf8('eMRTD'))), encodeTlv(0x61, encodeTlv(0x4f, h('e80704007f00070302')), encodeTlv(0x73, h('0400'))))],
  /** Documents of one signer and period, two of them by number, and what is wrong with them (2.23.136.1.1.7.1.1). */
  deviations: [encodeTlv(0x30, h('020100'), encodeTlv(0x31, encodeTlv(0x30, encodeTlv(0x30, h('800150'), encodeTlv(0x82, h('0102030405060708')), encodeTlv(0xa4, encodeTlv(0x17, utf8('180101000000Z')), encodeTlv(0x17, utf8('181231000000Z'))), encodeTlv(0xa5, encodeTlv(0x13, utf8('KB0000001')), encodeTlv(0x13, utf8('KB0000002')))), encodeTlv(0x31, encodeTlv(0x30, h('060767810801010701'))))))],
} as const;
