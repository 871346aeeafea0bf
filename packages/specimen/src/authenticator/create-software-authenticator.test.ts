import { randomBytes } from 'node:crypto';
import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import { createSoftwareAuthenticator } from './create-software-authenticator.ts';

const origin = 'http://localhost:8080';
const rpID = 'localhost';
const newAuthenticator = () => createSoftwareAuthenticator({ origin, random: randomBytes });

async function register(authenticator: ReturnType<typeof newAuthenticator>) {
  const options = await generateRegistrationOptions({ rpName: 'Visavis', rpID, userName: 'somebody', attestationType: 'none', authenticatorSelection: { residentKey: 'required', userVerification: 'required' } });
  const response = await authenticator.create(options);
  const verified = await verifyRegistrationResponse({ response, expectedChallenge: options.challenge, expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true });
  if (!verified.verified) throw new Error('registration not verified');
  return { options, response, info: verified.registrationInfo };
}

describe('software authenticator, judged by @simplewebauthn/server', () => {
  it('registers a passkey and signs in with it, named or discovered', async () => {
    const authenticator = newAuthenticator();
    const { info, options: creation } = await register(authenticator);
    expect(info.userVerified).toBe(true);
    let counter = info.credential.counter;
    for (const allowCredentials of [[], [{ id: info.credential.id }]]) {
      const options = await generateAuthenticationOptions({ rpID, allowCredentials, userVerification: 'required' });
      const response = await authenticator.get(options);
      expect(response.response.userHandle).toBe(creation.user.id);
      const verified = await verifyAuthenticationResponse({ response, expectedChallenge: options.challenge, expectedOrigin: origin, expectedRPID: rpID, credential: { ...info.credential, counter }, requireUserVerification: true });
      expect(verified.verified).toBe(true);
      expect(verified.authenticationInfo.newCounter).toBeGreaterThan(counter);
      counter = verified.authenticationInfo.newCounter;
    }
  });

  it('signs what it was asked: an answer to another challenge, or by another key, does not verify', async () => {
    const authenticator = newAuthenticator();
    const { info } = await register(authenticator);
    const options = await generateAuthenticationOptions({ rpID });
    const response = await authenticator.get(options);
    const judge = { expectedOrigin: origin, expectedRPID: rpID, credential: info.credential, requireUserVerification: true };
    await expect(verifyAuthenticationResponse({ ...judge, response, expectedChallenge: 'AAAA' })).rejects.toThrow();
    const other = await register(newAuthenticator());
    const judged = await verifyAuthenticationResponse({ ...judge, response, expectedChallenge: options.challenge, credential: { ...info.credential, publicKey: other.info.credential.publicKey } });
    expect(judged.verified).toBe(false);
  });

  it('refuses as a browser does', async () => {
    const authenticator = newAuthenticator();
    await expect(authenticator.get({ challenge: 'AAAA', rpId: rpID })).rejects.toMatchObject({ name: 'NotAllowedError' });
    await expect(authenticator.get({ challenge: 'AAAA', rpId: 'example.org' })).rejects.toMatchObject({ name: 'SecurityError' });
    const { options, response } = await register(authenticator);
    await expect(authenticator.create({ ...options, excludeCredentials: [{ id: response.id }] })).rejects.toMatchObject({ name: 'InvalidStateError' });
    await expect(authenticator.create({ ...options, pubKeyCredParams: [{ alg: -257, type: 'public-key' }] })).rejects.toMatchObject({ name: 'NotSupportedError' });
  });
});
