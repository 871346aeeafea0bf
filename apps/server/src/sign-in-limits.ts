import type { Clock } from '@visavis/kernel';
import type { CallLimits } from '@visavis/signin';
import type { ServerConfiguration } from './configuration.ts';
import { networkOf } from './network-of.ts';
import { createRateLimiter, createWindowCounter, WINDOW_S } from './rate-limiter.ts';

/**
 * Calls for each sign-in that a network may start. One has about seven, with a phone up to a hundred that ask whether it
 * was scanned; few are with a phone, and their networks are seldom busy.
 */
const CALLS_PER_SIGN_IN = 20;

/** Challenges and codes for each of them: a page that is loaded, loaded again, and asks for a phone. */
const ASKS_PER_SIGN_IN = 3;

/** Requests of one service from one network at work at once: a flood waits for itself, and all others go on meanwhile. */
const SERVICE_CALLS_AT_ONCE = 64;

/**
 * The limits on everything around sign-in, in one place; docs/services.md tells services of theirs. Rates are counted
 * in this process: with several, a caller has so much at each. What has to outlive a process or hold across them (tries of
 * a phone approval, a phone's pause) is in the database.
 */
export function createSignInLimits(clock: Clock, { signInsPerMinute, signInsPerCitizen, serviceFailuresPerMinute }: Pick<ServerConfiguration, 'signInsPerMinute' | 'signInsPerCitizen' | 'serviceFailuresPerMinute'>): CallLimits {
  const signIns = createWindowCounter(clock);
  const failures = createWindowCounter(clock);
  const atOnce = new Map<string, number>();
  const share = (clientId: string, address: string): string => `${clientId} ${networkOf(address)}`;
  return {
    mayCall: createRateLimiter(clock, signInsPerMinute * CALLS_PER_SIGN_IN),
    mayStart: createRateLimiter(clock, signInsPerMinute),
    mayAsk: createRateLimiter(clock, signInsPerMinute * ASKS_PER_SIGN_IN),
    mayServe(clientId, address) {
      const key = share(clientId, address);
      const atWork = atOnce.get(key) ?? 0;
      if (atWork >= SERVICE_CALLS_AT_ONCE || failures.of(key) >= serviceFailuresPerMinute) return false;
      atOnce.set(key, atWork + 1);
      return true;
    },
    ended(clientId, address, outcome) {
      const key = share(clientId, address);
      const atWork = atOnce.get(key)! - 1;
      if (atWork === 0) atOnce.delete(key);
      else atOnce.set(key, atWork);
      if (outcome === 'refused') failures.add(key);
    },
    maySignIn: (identityId) => signIns.add(identityId) <= signInsPerCitizen,
    retryAfterS: WINDOW_S,
  };
}
