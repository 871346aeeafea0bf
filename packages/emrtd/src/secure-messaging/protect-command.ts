import { concatBytes } from '@visavis/kernel';
import { type CommandApdu, encodeCommand, header, MAX_EXTENDED_LE, MAX_SHORT_DATA_BYTES, MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { padIso7816 } from '../crypto/index.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { encrypt, mac } from './protection.ts';
import { blockBytes, type SecureChannel } from './secure-channel.ts';

/** Secure messaging by ISO/IEC 7816-4, command header authenticated. */
const CLA_PROTECTED = 0x0c;
const ONE_BYTE_PADDING_INDICATOR = Uint8Array.of(0x01);

/**
 * Encrypts and authenticates a command. The channel's counter is not touched: a batch is encrypted ahead, command i
 * under `channel.ssc + 2i + 1`.
 * @param ssc the counter of this very command
 * @source ICAO 9303-11 §9.8.4
 */
export function protectCommand(channel: SecureChannel, ssc: bigint, command: CommandApdu): Uint8Array {
  const { data, le } = command;
  const masked: CommandApdu = { cla: command.cla | CLA_PROTECTED, ins: command.ins, p1: command.p1, p2: command.p2 };
  const objects = concatBytes(
    data === undefined ? new Uint8Array() : dataObject(channel, ssc, command.ins, data),
    le === undefined ? new Uint8Array() : encodeTlv(0x97, le > MAX_SHORT_LE ? Uint8Array.of((le >> 8) & 0xff, le & 0xff) : Uint8Array.of(le & 0xff)),
  );
  const body = concatBytes(objects, encodeTlv(0x8e, mac(channel, ssc, padIso7816(header(masked), blockBytes(channel.cipher)), objects)));
  const extended = body.length > MAX_SHORT_DATA_BYTES || (le !== undefined && le > MAX_SHORT_LE);
  return encodeCommand({ ...masked, data: body, le: extended ? MAX_EXTENDED_LE : MAX_SHORT_LE });
}

/** An odd instruction's data are data objects themselves: tag 85, no padding indicator (ISO/IEC 7816-4 §10.2). */
function dataObject(channel: SecureChannel, ssc: bigint, ins: number, data: Uint8Array): Uint8Array {
  const cryptogram = encrypt(channel, ssc, data);
  return (ins & 1) === 1 ? encodeTlv(0x85, cryptogram) : encodeTlv(0x87, ONE_BYTE_PADDING_INDICATOR, cryptogram);
}
