import { type AcceptedVerdictClaims, contentHash, type Interaction, interaction, type P256PublicJwk, signPossession, signVerdict, type VerdictClaims } from '@visavis/contract';
import { createSoftwareAuthenticator, type CreationOptions, type RegistrationResponse, type RequestOptions, type SoftwareAuthenticator } from '@visavis/specimen';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { randomBytes } from 'node:crypto';
import { type Browser, createBrowser } from './cookie-jar.ts';
import type { TestServer } from './start-test-server.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
export const randomId = (): string => randomBytes(16).toString('base64url');

export interface FaultAnswer {
  readonly fault: { readonly code: string };
}

export const consent = { faceProcessing: true, identityCreation: true, textVersion: '2026-11.4', language: 'en' };

/** A device's key pair. */
export interface DeviceKey {
  readonly publicKey: P256PublicJwk;
  readonly privateKey: CryptoKey;
  readonly thumbprint: string;
}

export async function newDeviceKey(): Promise<DeviceKey> {
  const pair = await generateKeyPair('ES256');
  const { kty, crv, x, y } = await exportJWK(pair.publicKey);
  const publicKey = { kty, crv, x, y } as P256PublicJwk;
  return { publicKey, privateKey: pair.privateKey, thumbprint: await calculateJwkThumbprint(publicKey, 'sha256') };
}

/** One enrolment of one device, step by step, so that a test can do any step wrongly. */
export interface TestEnrolment {
  readonly enrolmentId: string;
  readonly boothCertificate: string;
  readonly key: DeviceKey;
  possession(action: 'passkeyOptions' | 'renewalOptions' | 'bind' | 'withdraw' | 'receipt', by?: DeviceKey): Promise<string>;
  verdict(changes?: Partial<AcceptedVerdictClaims>): Promise<string>;
  signedBy(verdictKey: CryptoKey, claims: VerdictClaims): Promise<string>;
  claims(changes?: Partial<AcceptedVerdictClaims>): AcceptedVerdictClaims;
  passkey(): Promise<RegistrationResponse>;
  /** As a device sends it: a proof of its own to bind is made over what it binds, unless it was made over something else. */
  signed<B extends { readonly possession: string; readonly passkey?: object; readonly renewal?: object }>(body: B): Promise<B>;
  bind(body: { possession: string; verdict: string; boothCertificate: string; passkey: object }): Promise<Response>;
}

export interface TestCitizen {
  readonly browser: Browser;
  readonly authenticator: SoftwareAuthenticator;
  begin(): Promise<TestEnrolment>;
  /** The whole way to an identity. */
  enrol(documentNumber?: string): Promise<void>;
}

let born = 0;
/** Everybody a person of their own: born a day after the one before. */
export const newDateOfBirth = (): string => new Date(Date.UTC(1985, 11, 10 + born++)).toISOString().slice(0, 10);

let documents = 0;
export const newDocumentNumber = (): string => `X${String(++documents).padStart(8, '0')}`;

export function createCitizen(server: TestServer): TestCitizen {
  const browser = createBrowser();
  const authenticator = createSoftwareAuthenticator({ origin: server.origin, random });
  const dateOfBirth = newDateOfBirth();

  const begin = async (): Promise<TestEnrolment> => {
    const key = await newDeviceKey();
    const created = await browser.fetch(`${server.origin}/api/enrolments`, { json: { requestId: randomId(), clientKey: key.publicKey, consent } });
    if (created.status !== 201) throw new Error(await created.text());
    const { enrolmentId, boothCertificate } = (await created.json()) as { enrolmentId: string; boothCertificate: string };
    const booth = server.booths.get(enrolmentId)!;
    const possession: TestEnrolment['possession'] = (action, by = key) => signPossession({ enrolmentId, action, publicKey: by.publicKey, privateKey: by.privateKey, atMs: Date.now() });
    const signed: TestEnrolment['signed'] = async (body) => {
      const made = decodeJwt(body.possession);
      if (made['action'] !== 'bind' || made['over'] !== undefined || decodeProtectedHeader(body.possession).jwk?.x !== key.publicKey.x) return body;
      const { passkey, renewal } = body;
      return { ...body, possession: await signPossession({ enrolmentId, action: 'bind', publicKey: key.publicKey, privateKey: key.privateKey, atMs: Date.now(), over: await contentHash({ passkey, renewal }) }) };
    };
    const documentNumber = newDocumentNumber();
    const claims: TestEnrolment['claims'] = (changes = {}) => {
      const nowS = Math.floor(Date.now() / 1000);
      return {
        enrolmentId,
        clientKeyThumbprint: key.thumbprint,
        consentId: booth.consentId,
        pathway: 'face',
        policyVersion: 'test-1',
        checks: [{ check: 'passiveAuthentication', status: 'pass' }],
        iat: nowS - 1,
        exp: nowS + 300,
        outcome: 'accept',
        levelOfAssurance: 'eidas2',
        person: { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth, sex: 'female', nationality: 'UTO' },
        document: { type: 'passport', issuingState: 'UTO', documentNumber, dateOfExpiry: '2035-01-01' },
        ...changes,
      };
    };
    return {
      enrolmentId,
      boothCertificate,
      key,
      possession,
      claims,
      verdict: (changes) => signVerdict(claims(changes), booth.verdictKey),
      signedBy: (verdictKey, signed) => signVerdict(signed, verdictKey),
      async passkey() {
        const options = await browser.fetch(`${server.origin}/api/enrolments/${enrolmentId}/passkey-options`, { json: { possession: await possession('passkeyOptions') } });
        if (options.status !== 200) throw new Error(await options.text());
        return authenticator.create((await options.json()) as CreationOptions);
      },
      signed,
      bind: async (body) => browser.fetch(`${server.origin}/api/enrolments/${enrolmentId}/identity`, { json: await signed(body) }),
    };
  };

  return {
    browser,
    authenticator,
    begin,
    async enrol(documentNumber = newDocumentNumber()) {
      const enrolment = await begin();
      const { document } = enrolment.claims();
      const bound = await enrolment.bind({
        possession: await enrolment.possession('bind'),
        verdict: await enrolment.verdict({ document: { ...document, documentNumber } }),
        boothCertificate: enrolment.boothCertificate,
        passkey: await enrolment.passkey(),
      });
      if (bound.status !== 201) throw new Error(await bound.text());
    },
  };
}

/**
 * Answers a sign-in's page up to the address the browser goes to next.
 * @param agreesTo what is agreed to of what is asked; all of it when left out
 */
export async function answerInteraction(server: Pick<TestServer, 'origin'>, citizen: Pick<TestCitizen, 'browser' | 'authenticator'>, location: string, agreesTo: (claim: Interaction['claims'][number]) => boolean = () => true): Promise<{ readonly steps: readonly string[]; readonly returnTo: string }> {
  const uid = location.slice(location.lastIndexOf('/') + 1);
  const api = `${server.origin}/api/interactions/${uid}`;
  // Read as the site reads it: whatever the contract does not know is refused.
  const first = interaction.parse(await (await citizen.browser.fetch(api)).json());
  const { challengeId, options } = first.challenge!;
  const passkey = await citizen.authenticator.get(options as unknown as RequestOptions);
  const second = interaction.parse(await (await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId, passkey } })).json());
  const steps = [first.step, second.step];
  if (second.returnTo !== undefined) return { steps, returnTo: second.returnTo };
  const agreed = (await (await citizen.browser.fetch(`${api}/consent`, { json: { agree: true, claims: second.claims.filter(agreesTo).map(({ name }) => name) } })).json()) as { returnTo: string };
  return { steps, returnTo: agreed.returnTo };
}
