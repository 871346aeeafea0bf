import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '@visavis/kernel';
import { trustCommandFaults } from './faults.ts';

/** The PKD's whole export of master lists is some 20 MB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @faults TRUST_FILE_UNREADABLE */
export async function readBinaryFile(file: string): Promise<Result<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return err(trustCommandFaults.fault('TRUST_FILE_UNREADABLE', { file }));
    const bytes = new Uint8Array(await readFile(file));
    return ok({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
  } catch {
    return err(trustCommandFaults.fault('TRUST_FILE_UNREADABLE', { file }));
  }
}
