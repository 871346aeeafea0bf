import { ByteReader, MalformedBytes, concatBytes, ok } from '@visavis/kernel';
import { MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { readBinary } from '../apdu/commands.ts';
import { hasFileData } from '../apdu/response-apdu.ts';
import { readTlvHeader } from '../tlv/tlv.ts';
import type { CardSession, TerminalStep } from './card-session.ts';

/** Some chips offer many variants of PACE with their parameters written out; none needs more than this. */
const MAX_PUBLIC_FILE_BYTES = 4096;

/** The rest of the chip's current file, in clear, when its first block was not all of it. @param start the first block */
export function* readPublicFile(session: CardSession, start: Uint8Array): TerminalStep<Uint8Array> {
  let bytes = start;
  for (const total = declaredBytes(start); bytes.length < Math.min(total, MAX_PUBLIC_FILE_BYTES); ) {
    const sent = yield* session.send('access', [{ command: readBinary(bytes.length, Math.min(total - bytes.length, MAX_SHORT_LE)), accept: [] }]);
    if (!sent.ok) return sent;
    const answer = sent.value.open(0);
    if (!answer.ok) return answer;
    if (!hasFileData(answer.value)) break;
    bytes = concatBytes(bytes, answer.value.data);
  }
  return ok(bytes);
}

function declaredBytes(start: Uint8Array): number {
  try {
    const reader = new ByteReader(start);
    const { length } = readTlvHeader(reader);
    return reader.offset + length;
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return 0;
    throw thrown;
  }
}
