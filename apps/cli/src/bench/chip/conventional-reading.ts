import type { Passport } from '@visavis/specimen';
import type { ReadingTrace } from './trace-reading.ts';

/** What terminals ask of a file first, to learn its length. */
const HEAD_BYTES = 8;
/** Most that AES secure messaging carries in a short answer. */
const BLOCK_BYTES = 223;

/**
 * Commands by which terminals of today read the same document (JMRTD's habit: SELECT of each file, its first bytes, then
 * blocks; EF.COM too), with the same opening and proof. For the document of the published counts they are JMRTD's 104,
 * give or take one.
 */
export function conventionalCommands(trace: ReadingTrace, { files }: Passport): number {
  const blocks = (file: Uint8Array): number => 2 + Math.ceil((file.length - HEAD_BYTES) / BLOCK_BYTES);
  const reads = [files.cardAccess, files.com, files.sod, files.dg1, files.dg2, files.dg14, files.dg15].reduce((sum, file) => sum + (file === undefined ? 0 : blocks(file)), 0);
  return trace.commandsBesideReads + reads;
}
