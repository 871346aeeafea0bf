import { type AcceptedVerdictClaims, contentHash, type PasskeyAnswer, signBoothCertificate, signPossession, signVerdict, type VerdictClaims } from '@visavis/contract';
import type { Result } from '@visavis/kernel';
import { type ActiveIdentity, bindIdentity, completeRecovery, issueChallenge, passkeyOptions, recordEnrolment, recoveryOptions, recoverySubject, startRecovery, type RelyingParty, renewalOptions } from '@visavis/registry';
import { createSoftwareAuthenticator, type RequestOptions, type SoftwareAuthenticator } from '@visavis/specimen';
import { exportJWK, generateKeyPair } from 'jose';
import { random, type TestRegistry } from './start-test-registry.ts';
import { consent, newDateOfBirth, newDeviceKey, newDocumentNumber, randomId } from './test-citizen.ts';

export const relyingParty: RelyingParty = { rpId: 'localhost', rpName: 'Visavis', origin: 'http://localhost' };

export type Person = AcceptedVerdictClaims['person'];
export type Document = AcceptedVerdictClaims['document'];

export const newPerson = (changes: Partial<Person> = {}): Person => ({ familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: newDateOfBirth(), sex: 'female', nationality: 'UTO', ...changes });
export const newDocument = (changes: Partial<Document> = {}): Document => ({ type: 'passport', issuingState: 'UTO', documentNumber: newDocumentNumber(), dateOfExpiry: '2036-01-01', ...changes });
export const newAuthenticator = (): SoftwareAuthenticator => createSoftwareAuthenticator({ origin: relyingParty.origin, random });

/** An accepted enrolment at the registry itself, up to the request that binds it. */
export async function accepted(registry: TestRegistry, { person, document, levelOfAssurance = 'eidas2', pathway = 'face' }: { readonly person: Person; readonly document: Document; readonly levelOfAssurance?: AcceptedVerdictClaims['levelOfAssurance']; readonly pathway?: AcceptedVerdictClaims['pathway'] }) {
  const atMs = registry.clock();
  const key = await newDeviceKey();
  const [enrolmentId, consentId] = [randomId(), randomId()];
  const booth = await generateKeyPair('ES256');
  const { x, y } = await exportJWK(booth.publicKey);
  const nowS = Math.floor(atMs / 1000);
  const named = { enrolmentId, clientKeyThumbprint: key.thumbprint, iat: nowS - 1, exp: nowS + 600 };
  const boothCertificate = await signBoothCertificate({ ...named, channelKey: Buffer.alloc(65, 4).toString('base64url'), verdictKey: { kty: 'EC', crv: 'P-256', x: x!, y: y! } }, registry.operatorKey);
  const boothLogged = { opening: { salt: 'A'.repeat(43), text: '{}' }, proof: '' };
  const recorded = await recordEnrolment(registry, { requestId: randomId(), enrolmentId, consentId, clientKeyThumbprint: key.thumbprint, consent, pathway, boothCertificate, boothLogged, lifetimeMs: 15 * 60_000 });
  if (!recorded.ok) throw new Error(recorded.fault.code);
  const verdict = await signVerdict({ ...named, consentId, pathway, policyVersion: 'test-1', checks: [], outcome: 'accept', levelOfAssurance, person, document }, booth.privateKey);
  const possession = (action: 'passkeyOptions' | 'renewalOptions' | 'recoveryOptions') => signPossession({ enrolmentId, action, publicKey: key.publicKey, privateKey: key.privateKey, atMs });
  const bind = async (how: { passkey: Record<string, unknown> } | { renewal: PasskeyAnswer }): Promise<Result<ActiveIdentity>> =>
    bindIdentity(registry, { operatorKey: registry.operatorPublicKey, relyingParty }, { enrolmentId, possession: await signPossession({ enrolmentId, action: 'bind', publicKey: key.publicKey, privateKey: key.privateKey, atMs, over: await contentHash(how) }), verdict, boothCertificate, ...how });
  return {
    enrolmentId,
    identityId: recorded.value.identityId,
    bind,
    verdictOf: (claims: VerdictClaims, signedBy = booth.privateKey) => signVerdict(claims, signedBy),
    named: { ...named, consentId },
    /** Carried as it is, or with a part put in another's place. */
    async recover(authenticator: SoftwareAuthenticator, changes: { readonly verdict?: string } = {}) {
      const carried = { enrolmentId, verdict, boothCertificate, ...changes };
      const trusted = { operatorKey: registry.operatorPublicKey, relyingParty };
      const options = await recoveryOptions(registry, trusted, { ...carried, possession: await possession('recoveryOptions') });
      if (!options.ok) return options;
      const passkey = { ...(await authenticator.create(options.value)) };
      const over = await contentHash({ passkey });
      return startRecovery(registry, trusted, { ...carried, passkey, possession: await signPossession({ enrolmentId, action: 'recover', publicKey: key.publicKey, privateKey: key.privateKey, atMs, over }) });
    },
    async newPasskey(authenticator: SoftwareAuthenticator): Promise<{ passkey: Record<string, unknown> }> {
      const options = await passkeyOptions(registry, relyingParty, { enrolmentId, possession: await possession('passkeyOptions') });
      if (!options.ok) throw new Error(options.fault.code);
      return { passkey: { ...(await authenticator.create(options.value)) } };
    },
    async renewal(authenticator: SoftwareAuthenticator): Promise<{ renewal: PasskeyAnswer }> {
      const options = await renewalOptions(registry, relyingParty, { enrolmentId, possession: await possession('renewalOptions') });
      if (!options.ok) throw new Error(options.fault.code);
      return { renewal: { challengeId: options.value.challengeId, passkey: { ...(await authenticator.get(options.value.options)) } } };
    },
  };
}

/** The whole way to an identity. */
export async function enrolAt(registry: TestRegistry, changes: { readonly person?: Person; readonly document?: Document } = {}) {
  const [person, document, authenticator] = [changes.person ?? newPerson(), changes.document ?? newDocument(), newAuthenticator()];
  const enrolment = await accepted(registry, { person, document });
  const bound = await enrolment.bind(await enrolment.newPasskey(authenticator));
  if (!bound.ok) throw new Error(bound.fault.code);
  return { identityId: bound.value.identityId, person, document, authenticator };
}

/** The answer of a recovery's new passkey for keeping these devices, and the completion with it. */
export async function completion(registry: TestRegistry, authenticator: SoftwareAuthenticator, keep: readonly string[] = []) {
  const { challengeId, challenge } = await issueChallenge(registry, 'recovery', recoverySubject(keep));
  const passkey = { ...(await authenticator.get({ challenge, rpId: relyingParty.rpId, allowCredentials: [], userVerification: 'required' } as unknown as RequestOptions)) };
  return (kept = keep) => completeRecovery(registry, relyingParty, { keep: [...kept], answer: { challengeId, passkey } });
}
