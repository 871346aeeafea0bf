import { createHmac } from 'node:crypto';

/**
 * A citizen's name at one entity in FranceConnect's shape: 64 hexadecimal digits and `v1`. It is made from the random
 * identity id, not from names and birth date as FranceConnect makes its own, so nobody who knows a person can compute
 * it, and a service links its users once (docs/franceconnect.md). All services of one entity know one subject.
 */
export function subject(secret: string, entityId: string, identityId: string): string {
  return `${createHmac('sha256', secret).update(`visavis franceconnect subject v1\n${entityId}\n${identityId}`).digest('hex')}v1`;
}
