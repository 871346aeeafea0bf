import { type BoothCertificate, boothCertificateFaults, boothOpenedAt, type LoggedEntry } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { verifyLoggedEntry } from '@visavis/log';

/**
 * Establishes that exactly the keys of this certificate are in the public log as a booth's: whoever has made a booth of
 * their own with the operator's key has left a trace that they can't take back. Does not establish that the booth is an
 * honest one.
 * @param certificate verified
 * @param logged from the server
 * @param logKey pinned by the caller
 * @faults BOOTH_KEY_NOT_LOGGED
 */
export async function verifyBoothLogged(certificate: Pick<BoothCertificate, 'channelKey' | 'verdictKey'>, logged: LoggedEntry, logKey: string): Promise<Result<true>> {
  const verified = verifyLoggedEntry(logged, logKey);
  if (!verified.ok) return err(boothCertificateFaults.fault('BOOTH_KEY_NOT_LOGGED', { reason: verified.fault.code }));
  return (await boothOpenedAt(verified.value.text, certificate)) === undefined ? err(boothCertificateFaults.fault('BOOTH_KEY_NOT_LOGGED', { reason: 'other keys' })) : ok(true);
}
