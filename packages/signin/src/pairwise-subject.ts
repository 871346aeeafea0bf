import { createHmac } from 'node:crypto';

/**
 * A citizen's name at one sector of services (Core §8.1): the same each time, unlike any other sector's, and telling
 * nothing, since the identity id is random. Two services of one host share a sector.
 */
export function pairwiseSubject(pairwiseSecret: string, sector: string, identityId: string): string {
  return createHmac('sha256', pairwiseSecret).update(`visavis subject v1\n${sector}\n${identityId}`).digest('base64url');
}
