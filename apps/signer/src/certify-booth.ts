import { boothKeyDigests, boothOpenedAt, type BoothCertificate, type LoggedEntry, MAX_BOOTH_CERTIFICATE_S, signBoothCertificate, type SignerFault, signerFaults } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { verifyLoggedEntry } from '@visavis/log';
import { CLOCK_LEEWAY_S } from './clock-leeway.ts';
import type { SignerKeys } from './open-keys.ts';
import type { SignerMemory } from './open-memory.ts';

/**
 * Certifies a booth for one enrolment and one device, for twenty minutes at most, and only when exactly its keys are in
 * our own log as a booth's that was opened just now. A server that was taken over can still log and certify keys of its
 * own making; it can't do so unseen.
 * @param request from the server, which is not believed
 * @faults SIGNER_CERTIFICATE_TIMES_INVALID SIGNER_BOOTH_NOT_LOGGED SIGNER_BOOTH_ALREADY_CERTIFIED
 */
export async function certifyBooth(request: { readonly claims: BoothCertificate; readonly logged: LoggedEntry }, keys: SignerKeys, memory: SignerMemory, nowMs: number): Promise<Result<string, SignerFault>> {
  const { claims, logged } = request;
  const nowS = Math.floor(nowMs / 1000);
  if (claims.exp <= claims.iat || claims.exp - claims.iat > MAX_BOOTH_CERTIFICATE_S || Math.abs(claims.iat - nowS) > CLOCK_LEEWAY_S) return err(signerFaults.fault('SIGNER_CERTIFICATE_TIMES_INVALID'));
  const verified = verifyLoggedEntry(logged, keys.logKey.verifierKey);
  if (!verified.ok) return err(signerFaults.fault('SIGNER_BOOTH_NOT_LOGGED', { reason: verified.fault.code }));
  const openedAt = await boothOpenedAt(verified.value.text, claims);
  if (openedAt === undefined) return err(signerFaults.fault('SIGNER_BOOTH_NOT_LOGGED', { reason: 'other keys' }));
  if (Math.abs(Date.parse(openedAt) / 1000 - nowS) > CLOCK_LEEWAY_S) return err(signerFaults.fault('SIGNER_BOOTH_NOT_LOGGED', { reason: 'another time' }));
  const { boothKeyHash, verdictKeyThumbprint } = await boothKeyDigests(claims);
  const whom = `${claims.enrolmentId} ${claims.clientKeyThumbprint}`;
  // Either key alone: a booth that shares one with another booth is not born for one enrolment.
  for (const key of [boothKeyHash, verdictKeyThumbprint]) {
    const earlier = memory.certifiedFor(key, nowS);
    if (earlier !== undefined && earlier !== whom) return err(signerFaults.fault('SIGNER_BOOTH_ALREADY_CERTIFIED'));
  }
  // The entry's age is bounded, so what is older need not be remembered.
  for (const key of [boothKeyHash, verdictKeyThumbprint]) memory.keepCertified(key, whom, Math.max(claims.exp, nowS) + 2 * CLOCK_LEEWAY_S);
  return ok(await signBoothCertificate(claims, keys.operatorKey));
}
