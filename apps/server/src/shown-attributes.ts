import { type ProofAttribute, proofAttribute, type ProofContent } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { findIdentity, type Registry } from '@visavis/registry';
import { claimValues, signinFaults } from '@visavis/signin';
import { serverFaults } from './faults.ts';

/** What an identity's document says now that may be shown by a link. @faults SIGN_IN_NEEDED when the identity is no more */
export async function shownAttributes(registry: Registry, identityId: string): Promise<Result<ProofContent['attributes']>> {
  const identity = await findIdentity(registry, identityId);
  if (identity === undefined) return err(signinFaults.fault('SIGN_IN_NEEDED'));
  // The same values that a service is told.
  const values: Readonly<Partial<Record<ProofAttribute, string | boolean>>> = claimValues(identity, registry.clock());
  return ok(proofAttribute.options.flatMap((attribute) => (values[attribute] === undefined ? [] : [{ attribute, value: String(values[attribute]) }])));
}

/** Those that are asked for, in the order in which they are offered. @faults REQUEST_INVALID for one that the document does not say */
export async function attributesOf(registry: Registry, identityId: string, asked: readonly ProofAttribute[]): Promise<Result<ProofContent['attributes']>> {
  const offered = await shownAttributes(registry, identityId);
  if (!offered.ok) return offered;
  const shown = offered.value.filter(({ attribute }) => asked.includes(attribute));
  return shown.length === asked.length ? ok(shown) : err(serverFaults.fault('REQUEST_INVALID'));
}
