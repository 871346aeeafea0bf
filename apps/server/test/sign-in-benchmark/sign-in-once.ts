import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { RequestOptions, SoftwareAuthenticator } from '@visavis/specimen';

/** A server under load. */
export interface Target {
  readonly port: number;
  /** Path of the issuer. */
  readonly path: '/oidc' | '';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scope: string;
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
  readonly text: string;
}

const agent = new Agent({ keepAlive: true });

/**
 * One whole sign-in, cookies and all, as fast as a client can: the service's redirect, the page's two calls (challenge,
 * passkey), the way back, the code for tokens, userinfo. Throws when any step is not what it should be.
 * @param consents answers the consent page where there is one; a measured sign-in has none
 */
export async function signInOnce(target: Target, authenticator: SoftwareAuthenticator, consents = false): Promise<void> {
  const cookies = new Map<string, string>();
  const send = async (method: 'GET' | 'POST', path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await call(target.port, method, path, body, { ...headers, ...(cookie === '' ? {} : { cookie }) });
    for (const line of answer.cookies) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  const sendJson = async (path: string, json: unknown): Promise<Answer> => send('POST', path, JSON.stringify(json), { 'content-type': 'application/json' });

  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({ client_id: target.clientId, redirect_uri: target.redirectUri, response_type: 'code', scope: target.scope, state: 'state', nonce: verifier.slice(0, 22), code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' });
  const asked = await send('GET', `${target.path}/auth?${query.toString()}`);
  const page = `/api/interactions/${asked.location.slice(asked.location.lastIndexOf('/') + 1)}`;
  const shown = await send('GET', page);
  const { challenge } = JSON.parse(shown.text) as { readonly challenge: { readonly challengeId: string; readonly options: RequestOptions } };
  const passkey = await authenticator.get(challenge.options);
  const answered = await sendJson(`${page}/passkey`, { challengeId: challenge.challengeId, passkey });
  let { returnTo } = JSON.parse(answered.text) as { readonly returnTo?: string };
  const { claims } = JSON.parse(answered.text) as { readonly returnTo?: string; readonly claims?: readonly { readonly name: string }[] };
  if (claims !== undefined && consents) ({ returnTo } = JSON.parse((await sendJson(`${page}/consent`, { agree: true, claims: claims.map(({ name }) => name) })).text) as { readonly returnTo?: string });
  if (returnTo === undefined) throw new Error(`not signed in: ${answered.text}`);
  const back = await send('GET', new URL(returnTo).pathname);
  const code = new URL(back.location).searchParams.get('code')!;
  const authorization = `Basic ${Buffer.from(`${target.clientId}:${target.clientSecret}`).toString('base64')}`;
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: target.redirectUri, code_verifier: verifier }).toString();
  const tokens = await call(target.port, 'POST', `${target.path}/token`, form, { authorization, 'content-type': 'application/x-www-form-urlencoded' });
  const { access_token } = JSON.parse(tokens.text) as { readonly access_token: string };
  const userinfo = await call(target.port, 'GET', `${target.path}/me`, undefined, { authorization: `Bearer ${access_token}` });
  if (userinfo.status !== 200 || !userinfo.text.includes('"family_name":"LOVELACE"')) throw new Error(`no userinfo: ${userinfo.text}`);
}

async function call(port: number, method: string, path: string, body: string | undefined, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = httpRequest({ agent, host: '127.0.0.1', port, path, method, headers: { ...headers, ...length, host: `localhost:${port}`, accept: 'text/html,application/json' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject).once('end', () => {
        const { statusCode: status = 0, headers: said } = response;
        if (status >= 400) return reject(new Error(`${method} ${path}: ${status} ${text}`));
        resolve({ status, location: said.location ?? '', cookies: said['set-cookie'] ?? [], text });
      });
    });
    request.once('error', reject).end(body);
  });
}
