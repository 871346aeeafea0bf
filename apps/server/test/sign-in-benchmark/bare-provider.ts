/**
 * What ours is measured against: `oidc-provider` with its records in memory and its own HTTP server, and the shortest
 * honest answer to a sign-in's page: the same passkey verified by the same library against a key held in memory, the
 * same grant. It remembers every consent, keeps no history, asks no register of documents, and forgets all when it ends.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AuthenticationResponseJSON, generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import { createSigninKeys } from '@visavis/signin';
import { Provider } from 'oidc-provider';
import { reportUse } from './report-use.ts';

/** What it knows of one citizen; `publicKey` in base64url. */
export interface BareCitizen {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly person: Readonly<Record<string, string>>;
}

export interface BareSetup {
  readonly port: number;
  /** Where the passkeys believe to be. */
  readonly site: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly citizens: readonly BareCitizen[];
}

const setup = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as BareSetup;
const citizens = new Map(setup.citizens.map((citizen) => [citizen.credentialId, { ...citizen, publicKey: new Uint8Array(Buffer.from(citizen.publicKey, 'base64url')), counter: 0 }]));
const challenges = new Map<string, string>();
const { jwks, cookieKeys } = await createSigninKeys((n) => new Uint8Array(randomBytes(n)));
const origin = `http://localhost:${setup.port}`;
const provider = new Provider(origin, {
  clients: [{ client_id: setup.clientId, client_secret: setup.clientSecret, redirect_uris: [setup.redirectUri], response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256', subject_type: 'public' }],
  jwks,
  cookies: { keys: [...cookieKeys], short: { signed: true, path: '/' }, long: { signed: true } },
  claims: { openid: ['sub'], given_name: ['given_name'], family_name: ['family_name'], birthdate: ['birthdate'] },
  responseTypes: ['code'],
  scopes: ['openid', 'given_name', 'family_name', 'birthdate'],
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `${origin}/sign-in/${interaction.uid}` },
  features: { devInteractions: { enabled: false } },
  ttl: { AuthorizationCode: 60, AccessToken: 60, IdToken: 300, Interaction: 600, Grant: 125, Session: 60 },
  findAccount: (_ctx, accountId) => {
    const citizen = citizens.get(accountId);
    return citizen && { accountId, claims: () => Promise.resolve({ ...citizen.person, sub: accountId }) };
  },
});
provider.on('server_error', (_ctx, error) => console.error(error));
const handle = provider.callback();

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function answerPage(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    const options = await generateAuthenticationOptions({ rpID: new URL(setup.site).hostname, userVerification: 'required', allowCredentials: [] });
    challenges.set(details.uid, options.challenge);
    return { challenge: { challengeId: details.uid, options } };
  }
  const { passkey } = (await readBody(request)) as { readonly passkey: AuthenticationResponseJSON };
  const [citizen, expectedChallenge] = [citizens.get(passkey.id)!, challenges.get(details.uid)!];
  challenges.delete(details.uid);
  const { id, publicKey, counter } = { id: passkey.id, ...citizen };
  const verified = await verifyAuthenticationResponse({ response: passkey, expectedChallenge, expectedOrigin: setup.site, expectedRPID: new URL(setup.site).hostname, credential: { id, publicKey, counter }, requireUserVerification: true });
  if (!verified.verified) throw new Error('the passkey was refused');
  citizen.counter = verified.authenticationInfo.newCounter;
  const grant = new provider.Grant({ accountId: id, clientId: setup.clientId });
  grant.addOIDCScope(String(details.params['scope']));
  return { returnTo: await provider.interactionResult(request, response, { login: { accountId: id, amr: ['pop', 'user', 'mfa'], remember: false }, consent: { grantId: await grant.save() } }) };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith('/api/interactions/') !== true) return handle(request, response);
  const answer = JSON.stringify(await answerPage(request, response));
  response.setHeader('content-type', 'application/json').end(answer);
}

createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(setup.port, '127.0.0.1', () => reportUse(() => 0));
