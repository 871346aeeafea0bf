import { fromHex } from '@visavis/kernel';
import { encodeTlv } from '../tlv/tlv.ts';
import { type CommandApdu, MAX_EXTENDED_LE, MAX_SHORT_DATA_BYTES, MAX_SHORT_LE } from './command-apdu.ts';

/** The eMRTD application (ICAO 9303-10 §3.1). */
const APPLICATION = fromHex('a0000002471001');
const MASTER_FILE = fromHex('3f00');
/** P1 bit 8 says "short file identifier", so plain READ BINARY ends here (ISO/IEC 7816-4 §11.2.2). */
export const MAX_SHORT_OFFSET = 0x7fff;
/** With a short file identifier in P1, P2 alone is the offset. */
export const MAX_SFI_OFFSET = 0xff;

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);

export const selectMasterFile = (): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0, p2: 0x0c, data: MASTER_FILE });
/** The other form of it, which some chips take and the rest refuse. */
export const selectMasterFileByDefault = (): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0, p2: 0x0c });
export const selectApplication = (): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: APPLICATION });
export const selectFile = (fileId: number): CommandApdu => ({ cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data: u16(fileId) });

/** Reads and makes the file the current one. @param offset at most {@link MAX_SFI_OFFSET} */
export const readBinaryBySfi = (sfi: number, le: number, offset = 0): CommandApdu => ({ cla: 0, ins: 0xb0, p1: 0x80 | sfi, p2: offset, le });
export const readBinary = (offset: number, le: number): CommandApdu => ({ cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, le });
/** For offsets beyond {@link MAX_SHORT_OFFSET}: offset and data travel in data objects 54 and 53. */
export const readBinaryOddIns = (offset: number, le: number): CommandApdu => ({ cla: 0, ins: 0xb1, p1: 0, p2: 0, data: encodeTlv(0x54, Uint8Array.of(offset >> 16, (offset >> 8) & 0xff, offset & 0xff)), le });

export const getChallenge = (): CommandApdu => ({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 8 });
export const externalAuthenticate = (data: Uint8Array, le: number): CommandApdu => ({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, le });
export const internalAuthenticate = (nonce: Uint8Array, le: number): CommandApdu => ({ cla: 0, ins: 0x88, p1: 0, p2: 0, data: nonce, le });
/** MANAGE SECURITY ENVIRONMENT. Without Le: some chips refuse it with one. */
export const setSecurityEnvironment = (p1: number, p2: number, data: Uint8Array): CommandApdu => ({ cla: 0, ins: 0x22, p1, p2, data });
/**
 * A key that needs extended length is answered by one of the same size (ICAO 9303-10 §3.6.4 allows it here always).
 * @param last whether command chaining ends here
 */
export const generalAuthenticate = (data: Uint8Array, last: boolean): CommandApdu => ({ cla: last ? 0x00 : 0x10, ins: 0x86, p1: 0, p2: 0, data, le: data.length > MAX_SHORT_DATA_BYTES ? MAX_EXTENDED_LE : MAX_SHORT_LE });
/** Fetches what an answer with status 61xx left behind; carries an answer on, so it is never protected itself. */
export const getResponse = (le: number): CommandApdu => ({ cla: 0, ins: 0xc0, p1: 0, p2: 0, le });
