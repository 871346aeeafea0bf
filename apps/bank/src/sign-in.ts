import { createService, type Service, type SignedIn } from '@visavis/service-sdk';
import type { BankConfiguration } from './configuration.ts';
import type { BankKeys } from './keys.ts';

/** All this bank wants to know: what the law makes it ask, and what it would like to know. */
const ESSENTIAL = ['given_name', 'family_name', 'birthdate'] as const;
const VOLUNTARY = ['nationality'] as const;

type Told = (typeof ESSENTIAL)[number] | (typeof VOLUNTARY)[number];
export type BankSignIn = Service<Told>;
export type Customer = SignedIn<Told>;

export const createSignIn = ({ issuer, clientId, origin }: BankConfiguration, keys: BankKeys): BankSignIn =>
  createService({
    issuer,
    clientId,
    redirectUri: `${origin}/callback`,
    authentication: { method: 'private_key_jwt', key: keys.signing },
    lowestLevel: 'eidas2',
    claims: { essential: ESSENTIAL, voluntary: VOLUNTARY },
    userinfo: 'signed',
    decryptionKeys: [keys.decryption],
  });
