import { type DeskAgent, deskAgent, faultBody } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { startAuthentication, startRegistration } from '@simplewebauthn/browser';

type Told<T> = Promise<Result<T, PublicFault>>;

const UNREACHABLE: PublicFault = { code: 'SERVER_UNREACHABLE', stage: 'network', retry: 'now', meaning: 'The service can not be reached.', nextStep: 'Check the connection and try again.' };
const NO_PASSKEY: PublicFault = { code: 'DESK_PASSKEY_REFUSED', stage: 'signIn', retry: 'user', meaning: 'No passkey answered.', nextStep: 'Try again, and unlock your passkey for the desk with PIN, finger or face.' };

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Told<unknown> {
  try {
    const response = await fetch(`/api/desk${path}`, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return ok(answer);
    const refused = faultBody.safeParse(answer);
    return err(refused.success ? refused.data.fault : UNREACHABLE);
  } catch {
    return err(UNREACHABLE);
  }
}

/** Browsers hide why a passkey did not answer. */
async function answerOf<T>(ceremony: Promise<T>): Told<T> {
  try {
    return ok(await ceremony);
  } catch {
    return err(NO_PASSKEY);
  }
}

/** Who is signed in. @faults DESK_SIGN_IN_NEEDED */
export async function readSession(): Told<DeskAgent> {
  const answer = await call('GET', '/session');
  return answer.ok ? ok(deskAgent.parse(answer.value)) : answer;
}

export async function signIn(): Told<unknown> {
  const asked = await call('POST', '/session/options', {});
  if (!asked.ok) return asked;
  const { challengeId, options } = asked.value as { challengeId: string; options: Parameters<typeof startAuthentication>[0]['optionsJSON'] };
  const passkey = await answerOf(startAuthentication({ optionsJSON: options }));
  return passkey.ok ? call('POST', '/session', { challengeId, passkey: passkey.value }) : passkey;
}

export const signOut = (): Told<unknown> => call('DELETE', '/session');

export async function register(invitation: string): Told<unknown> {
  const options = await call('POST', '/invitation/options', { invitation });
  if (!options.ok) return options;
  const passkey = await answerOf(startRegistration({ optionsJSON: options.value as Parameters<typeof startRegistration>[0]['optionsJSON'] }));
  return passkey.ok ? call('POST', '/invitation', { invitation, passkey: passkey.value }) : passkey;
}
