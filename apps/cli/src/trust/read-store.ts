import { readTrustStoreFile, type TrustStoreFileContents } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { trustCommandFaults } from './faults.ts';
import { readBinaryFile } from './read-binary-file.ts';

/** A store whose signature holds, and the file's hash. @faults TRUST_FILE_UNREADABLE, TRUST_STORE_FILE_MALFORMED, TRUST_STORE_FILE_NOT_SIGNED */
export async function readStore(file: string, operatorKey: CryptoKey): Promise<Result<{ readonly store: TrustStoreFileContents; readonly sha256: string }>> {
  const read = await readBinaryFile(file);
  if (!read.ok) return read;
  const store = await readTrustStoreFile(new TextDecoder().decode(read.value.bytes), operatorKey);
  if (store === 'malformed') return err(trustCommandFaults.fault('TRUST_STORE_FILE_MALFORMED', { file }));
  if (store === 'notSigned') return err(trustCommandFaults.fault('TRUST_STORE_FILE_NOT_SIGNED', { file }));
  return ok({ store, sha256: read.value.sha256 });
}
