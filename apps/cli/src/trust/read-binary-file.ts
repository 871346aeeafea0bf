import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@visavis/kernel';
import { readBoundedFile } from '../system/read-bounded-file.ts';
import { trustCommandFaults } from './faults.ts';

/** The PKD's whole export of master lists is some 20 MB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @faults TRUST_FILE_UNREADABLE */
export async function readBinaryFile(file: string): Promise<Result<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }>> {
  const bytes = await readBoundedFile(file, MAX_FILE_BYTES);
  if (bytes === undefined) return err(trustCommandFaults.fault('TRUST_FILE_UNREADABLE', { file }));
  return ok({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
}
