import { err, ok, type Result } from '@visavis/kernel';
import { readSession } from '@visavis/registry';
import { signinFaults } from '@visavis/signin';
import type { FastifyRequest } from 'fastify';
import { sessionToken } from './session-cookie.ts';
import type { Wiring } from './wiring.ts';

/** The identity id behind the session of the citizen's own pages. @faults SIGN_IN_NEEDED */
export async function whoAsks({ registry, configuration }: Pick<Wiring, 'registry' | 'configuration'>, request: FastifyRequest): Promise<Result<string>> {
  const token = sessionToken(request, configuration.origin);
  const identityId = token === undefined ? undefined : await readSession(registry, token);
  return identityId === undefined ? err(signinFaults.fault('SIGN_IN_NEEDED')) : ok(identityId);
}
