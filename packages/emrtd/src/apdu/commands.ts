import { fromHex } from '@visavis/kernel';
import { encodeTlv } from '../tlv/tlv.ts';
import { type CommandApdu, MAX_SHORT_LE } from './command-apdu.ts';

/** The eMRTD application (ICAO 9303-10 §3.1). */
const APPLICATION = fromHex('a0000002471001');
const MASTER_FILE = fromHex('3f00');
/** P1 bit 8 says "short file identifier", so plain READ BINARY ends here (ISO/IEC 7816-4 §11.2.2). */
export const MAX_SHORT_OFFSET = 0x7fff;

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);

export const selectMasterFile = (): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0, p2: 0x0c, data: MASTER_FILE });
export const selectApplication = (): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: APPLICATION });
export const selectFile = (fileId: number): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data: u16(fileId) });

/** Reads from the file's beginning and makes it the current one. */
export const readBinaryBySfi = (sfi: number, le: number): CommandApdu => ({ cla: 0, ins: 0xb0, p1: 0x80 | sfi, p2: 0, le });
export const readBinary = (offset: number, le: number): CommandApdu => ({ cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, le });
/** For offsets beyond {@link MAX_SHORT_OFFSET}: offset and data travel in data objects 54 and 53. */
export const readBinaryOddIns = (offset: number, le: number): CommandApdu => ({ cla: 0, ins: 0xb1, p1: 0, p2: 0, data: encodeTlv(0x54, Uint8Array.of(offset >> 16, (offset >> 8) & 0xff, offset & 0xff)), le });

export const getChallenge = (): CommandApdu => ({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 8 });
export const externalAuthenticate = (data: Uint8Array): CommandApdu => ({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, le: data.length });
export const internalAuthenticate = (nonce: Uint8Array, le: number): CommandApdu => ({ cla: 0, ins: 0x88, p1: 0, p2: 0, data: nonce, le });
/** MANAGE SECURITY ENVIRONMENT. */
export const setSecurityEnvironment = (p1: number, p2: number, data: Uint8Array): CommandApdu => ({ cla: 0, ins: 0x22, p1, p2, data });
/** @param last whether command chaining ends here */
export const generalAuthenticate = (data: Uint8Array, last: boolean): CommandApdu => ({ cla: last ? 0x00 : 0x10, ins: 0x86, p1: 0, p2: 0, data, le: MAX_SHORT_LE });
