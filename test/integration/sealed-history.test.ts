import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addWayToOpen, blockService, createRecoveryCode, fetchHistory, openHistoryWithCode, openHistoryWithPasskey, type Passkeys, readHistory, type ServerPort, startHistory, stopHistory, unblockService } from '@visavis/client';
import { deleteExpiredRows, type Registry } from '@visavis/registry';
import { createSoftwareAuthenticator, type RequestOptions } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_SECRET, startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { answerInteraction, createCitizen, type TestCitizen } from '../../apps/server/test/test-citizen.ts';

/** The server on a real PostgreSQL, the citizen's own library on the other side. Booths are played by the test. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const SERVICES = {
  'tax-office': { scope: 'openid given_name family_name birthdate', redirectUri: () => `${server.taxOfficeOrigin}/callback` },
  library: { scope: 'openid age_over_18', redirectUri: () => 'https://library.example/callback' },
};
type ServiceId = keyof typeof SERVICES;

interface Citizen extends TestCitizen {
  readonly port: ServerPort;
  readonly passkeys: Passkeys;
}

async function newCitizen(): Promise<Citizen> {
  const citizen = createCitizen(server);
  await citizen.enrol();
  return {
    ...citizen,
    port: { origin: server.origin, fetch: (url, init) => citizen.browser.fetch(url, init), openSocket: () => neverAsked() },
    passkeys: { create: neverAsked, get: (options) => citizen.authenticator.get(options as unknown as RequestOptions) },
  };
}

function neverAsked(): never {
  throw new Error('not asked for');
}

/** A whole sign-in, code redeemed and claims read. */
async function signIn(citizen: Pick<Citizen, 'browser' | 'authenticator'>, clientId: ServiceId): Promise<void> {
  const { scope, redirectUri } = SERVICES[clientId];
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri(), response_type: 'code', scope, state: 's', nonce: 'n', code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' });
  const started = await citizen.browser.fetch(`${server.origin}/oidc/auth?${query.toString()}`);
  const { returnTo } = await answerInteraction(server, citizen, started.headers.get('location')!);
  const code = new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!).searchParams.get('code')!;
  const token = await fetch(`${server.origin}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${SERVICE_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri(), code_verifier: verifier }),
  });
  const { access_token } = (await token.json()) as { access_token: string };
  expect((await fetch(`${server.origin}/oidc/me`, { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
}

async function switchOn(citizen: Citizen, recoveryCode?: string) {
  const history = await fetchHistory(citizen.port);
  if (!history.ok) throw new Error(history.fault.code);
  const on = await startHistory({ server: citizen.port, passkeys: citizen.passkeys, identityId: history.value.identityId, ...(recoveryCode !== undefined && { recoveryCode }) });
  if (!on.ok) throw new Error(on.fault.code);
  return { identityId: history.value.identityId, key: on.value.key };
}

async function opened(citizen: Citizen) {
  const history = await fetchHistory(citizen.port);
  if (!history.ok) throw new Error(history.fault.code);
  const key = await openHistoryWithPasskey(citizen.port, citizen.passkeys, history.value);
  if (!key.ok) throw new Error(key.fault.code);
  const read = await readHistory(citizen.port, key.value);
  if (!read.ok) throw new Error(read.fault.code);
  return read.value;
}

const tables = async (): Promise<readonly string[]> =>
  (await server.database.query<{ name: string }>(`SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`)).rows.map(({ name }) => name);

/** Which services there are: public, the same whoever uses them, and shown to anybody at `/services`. */
const PUBLIC_TABLES: readonly string[] = ['services', 'service_changes'];

/** Every other table, every row, as text; binary columns also as the characters that their bytes spell. */
async function databaseText(): Promise<string> {
  const parts: string[] = [];
  for (const table of (await tables()).filter((name) => !PUBLIC_TABLES.includes(name))) {
    const { rows } = await server.database.query<Record<string, unknown>>(`SELECT * FROM ${table}`);
    parts.push(table, ...rows.map((row) => JSON.stringify(row, (_key, value: unknown) => (isBuffer(value) ? Buffer.from(value.data).toString('latin1') : value))));
  }
  return parts.join('\n');
}

const isBuffer = (value: unknown): value is { type: 'Buffer'; data: number[] } => typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';

/** What the database says of one person when everything random is set aside: numbers, lengths, times, words. */
async function shapeOf(identityId: string): Promise<readonly string[]> {
  const shapes: string[] = [];
  for (const table of await tables()) {
    const { rows } = await server.database.query<Record<string, unknown>>(`SELECT * FROM ${table} AS r WHERE to_jsonb(r) ->> 'identity_id' = $1`, [identityId]);
    shapes.push(
      ...rows.map((row) => `${table} ${JSON.stringify(row, (_key, value: unknown) => (isBuffer(value) ? `${value.data.length} bytes` : typeof value === 'string' && /^[A-Za-z0-9_-]{16,}$/.test(value) ? 'random' : value))}`),
    );
  }
  return shapes.toSorted();
}

/** Everything that PostgreSQL has written ahead, as it lies on the disk. */
async function writeAheadLog(): Promise<Buffer> {
  await server.database.query('CHECKPOINT');
  const { rows } = await server.database.query<{ folder: string }>(`SELECT current_setting('data_directory') || '/pg_wal' AS folder`);
  const segments = readdirSync(rows[0]!.folder, { withFileTypes: true }).filter((file) => file.isFile());
  return Buffer.concat(segments.map(({ name }) => readFileSync(join(rows[0]!.folder, name))));
}

const NAMES = ['tax-office', 'Tax Office', 'library', 'Library'];
const spelt = (text: string): readonly string[] => NAMES.filter((name) => text.includes(name));

const laterBy = (ms: number): Registry => ({ pool: server.database, clock: () => Date.now() + ms }) as Registry;
const MINUTES = 60_000;

describe('a history sealed to the citizen', () => {
  it('tells the citizen which service was told what and when, and nobody else: within minutes database and log name no service and count none', async () => {
    const [ada, ben] = [await newCitizen(), await newCitizen()];
    const [ofAda, ofBen] = [await switchOn(ada), await switchOn(ben)];
    const eventsBefore = server.events.length;
    const order: readonly (readonly [Citizen, ServiceId])[] = [[ada, 'tax-office'], [ben, 'library'], [ada, 'library'], [ben, 'tax-office'], [ada, 'tax-office'], [ben, 'library']];
    for (const [citizen, service] of order) await signIn(citizen, service);
    // Control: while codes and tokens live, the search finds what it looks for.
    expect(spelt(await databaseText())).toContain('tax-office');

    // What names a service lives for two minutes after a sign-in, and goes with the next round of the purge.
    await deleteExpiredRows(laterBy(3 * MINUTES));
    expect((await server.database.query('SELECT model FROM oidc_records')).rows).toEqual([]);
    expect(spelt(await databaseText())).toEqual([]);
    expect(spelt(JSON.stringify(server.events))).toEqual([]);
    expect(server.events.slice(eventsBefore)).toEqual([]);

    // Ada used the tax office twice and the library once, Ben the other way round: nobody can say who is who.
    await deleteExpiredRows(laterBy(24 * 60 * MINUTES));
    const [shapeOfAda, shapeOfBen] = [await shapeOf(ofAda.identityId), await shapeOf(ofBen.identityId)];
    expect(shapeOfAda.filter((row) => row.startsWith('history_entries '))).toHaveLength(3);
    expect(shapeOfAda).toEqual(shapeOfBen);
    const { rows } = await server.database.query('SELECT DISTINCT octet_length(sealed) AS bytes, extract(day FROM month)::int AS day FROM history_entries');
    expect(rows).toEqual([{ bytes: 1105, day: 1 }]);

    await reopenSession(ada);
    const { entries, unreadable } = await opened(ada);
    expect(unreadable).toBe(0);
    expect(entries.map(({ service, origin, claims, levelOfAssurance }) => ({ service, origin, claims, levelOfAssurance }))).toEqual([
      { service: 'Utopia Tax Office', origin: server.taxOfficeOrigin, claims: ['given_name', 'family_name', 'birthdate'], levelOfAssurance: 'eidas2' },
      { service: 'Utopia Library', origin: 'https://library.example', claims: ['age_over_18'], levelOfAssurance: 'eidas2' },
      { service: 'Utopia Tax Office', origin: server.taxOfficeOrigin, claims: ['given_name', 'family_name', 'birthdate'], levelOfAssurance: 'eidas2' },
    ]);
    for (const { at } of entries) expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(5 * MINUTES);
  });

  it('the session of a sign-in is gone with its code, before any purge', async () => {
    const citizen = await newCitizen();
    await signIn(citizen, 'tax-office');
    const { rows } = await server.database.query<{ model: string; left_s: number }>('SELECT model, extract(epoch FROM max(expires_at) - now())::int AS left_s FROM oidc_records GROUP BY model');
    expect(rows.map(({ model }) => model).toSorted()).toEqual(['AccessToken', 'AuthorizationCode', 'Grant']);
    for (const { left_s } of rows) expect(left_s).toBeLessThanOrEqual(125);
  });

  it('leaves no word of who used which service in the write-ahead log, which is what an archive or a standby would keep for ever', async () => {
    const citizen = await newCitizen();
    // Which services there are is public, and was written as the server started.
    const mentions = (log: Buffer): readonly number[] => ['tax-office', 'Tax Office'].map((name) => log.toString('latin1').split(name).length - 1);
    const before = mentions(await writeAheadLog());
    await signIn(citizen, 'tax-office');
    // Nor whom they shut out and let in again.
    await reopenSession(citizen);
    const opened = await blockService(citizen.port, 'tax-office');
    const closed = await unblockService(citizen.port, citizen.passkeys, 'tax-office');
    expect([opened.ok, closed.ok]).toEqual([true, true]);
    await server.database.query(`SELECT pg_logical_emit_message(false, 'control', 'a word in the log')`);
    const log = await writeAheadLog();
    expect(log.includes('a word in the log')).toBe(true);
    expect(mentions(log)).toEqual(before);
  });

  it('without a key none is kept', async () => {
    const citizen = await newCitizen();
    await signIn(citizen, 'tax-office');
    const history = await fetchHistory(citizen.port);
    if (!history.ok) throw new Error(history.fault.code);
    expect(history.value.key).toBeUndefined();
    expect((await server.database.query('SELECT 1 FROM history_entries WHERE identity_id = $1', [history.value.identityId])).rowCount).toBe(0);
  });

  it('opens with the printed code alone, on a passkey without PRF; a sign-in whose page is reloaded is written once', async () => {
    const citizen = createCitizen(server);
    const plain: TestCitizen = { ...citizen, authenticator: createSoftwareAuthenticator({ origin: server.origin, random: (n) => new Uint8Array(randomBytes(n)), hasPrf: false }) };
    const enrolment = await plain.begin();
    const options = (await (await plain.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions') } })).json()) as Parameters<typeof plain.authenticator.create>[0];
    const bound = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey: await plain.authenticator.create(options) });
    expect(bound.status).toBe(201);
    const withoutPrf: Citizen = { ...plain, port: { origin: server.origin, fetch: (url, init) => plain.browser.fetch(url, init), openSocket: neverAsked }, passkeys: { create: neverAsked, get: (asked) => plain.authenticator.get(asked as unknown as RequestOptions) } };

    const before = await fetchHistory(withoutPrf.port);
    if (!before.ok) throw new Error(before.fault.code);
    expect(await startHistory({ server: withoutPrf.port, passkeys: withoutPrf.passkeys, identityId: before.value.identityId })).toMatchObject({ ok: false, fault: { code: 'HISTORY_PASSKEY_CANNOT_OPEN' } });
    const recoveryCode = await createRecoveryCode((n) => new Uint8Array(randomBytes(n)));
    await switchOn(withoutPrf, recoveryCode);
    await signIn(withoutPrf, 'library');
    // The consent is remembered by now: the passkey's answer finishes the sign-in, and so does each reload after it.
    const query = new URLSearchParams({ client_id: 'library', redirect_uri: 'https://library.example/callback', response_type: 'code', scope: 'openid age_over_18', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' });
    const started = await withoutPrf.browser.fetch(`${server.origin}/oidc/auth?${query.toString()}`);
    const location = started.headers.get('location')!;
    expect((await answerInteraction(server, withoutPrf, location)).steps).toEqual(['passkey', 'done']);
    const again = (await (await withoutPrf.browser.fetch(`${server.origin}/api/interactions/${location.split('/').at(-1)!}`)).json()) as { step: string };
    expect(again.step).toBe('done');
    const history = await fetchHistory(withoutPrf.port);
    if (!history.ok) throw new Error(history.fault.code);
    const key = await openHistoryWithCode(history.value, recoveryCode);
    if (!key.ok) throw new Error(key.fault.code);
    expect(await readHistory(withoutPrf.port, key.value)).toMatchObject({ ok: true, value: { entries: [{ service: 'Utopia Library' }, { service: 'Utopia Library' }], unreadable: 0 } });
  });

  it('is deleted whole when it is switched off', async () => {
    const citizen = await newCitizen();
    const { identityId, key } = await switchOn(citizen);
    await signIn(citizen, 'library');
    expect(await rowsOf(identityId)).toEqual([1, 1, 1]);
    expect(await stopHistory(citizen.port)).toMatchObject({ ok: true });
    expect(await rowsOf(identityId)).toEqual([0, 0, 0]);
    await signIn(citizen, 'library');
    expect(await rowsOf(identityId)).toEqual([0, 0, 0]);
    // A way to open what is gone is refused; switched on anew, it is another history.
    expect(await addWayToOpen(citizen.port, citizen.passkeys, key)).toMatchObject({ ok: false, fault: { code: 'HISTORY_OFF' } });
    await switchOn(citizen);
    expect((await opened(citizen)).entries).toEqual([]);
  });

  it('is a year long: an older month goes, a younger one stays', async () => {
    const citizen = await newCitizen();
    const { identityId } = await switchOn(citizen);
    await signIn(citizen, 'library');
    await deleteExpiredRows(laterBy(364 * 24 * 60 * MINUTES));
    expect(await rowsOf(identityId)).toEqual([1, 1, 1]);
    await deleteExpiredRows(laterBy(397 * 24 * 60 * MINUTES));
    expect(await rowsOf(identityId)).toEqual([1, 1, 0]);
  });

  it("goes with the identity's row", async () => {
    const citizen = await newCitizen();
    const { identityId } = await switchOn(citizen);
    await signIn(citizen, 'library');
    await server.database.query('DELETE FROM identities WHERE identity_id = $1', [identityId]);
    expect(await rowsOf(identityId)).toEqual([0, 0, 0]);
  });
});

describe('who may put a key under a history', () => {
  it('nobody without a session', async () => {
    const stranger = createCitizen(server);
    for (const [method, path] of [['GET', ''], ['GET', '/entries'], ['POST', '/options'], ['POST', ''], ['POST', '/wraps'], ['DELETE', '']] as const) {
      const refused = await stranger.browser.fetch(`${server.origin}/api/account/history${path}`, { method, ...(method === 'POST' && { json: {} }) });
      expect([method, path, refused.status, ((await refused.json()) as { fault: { code: string } }).fault.code]).toEqual([method, path, 401, 'SIGN_IN_NEEDED']);
    }
  });

  it('nobody with a key that is none: it would stop every sign-in to come', async () => {
    const citizen = await newCitizen();
    const offTheCurve: ServerPort = {
      ...citizen.port,
      fetch: (url, init) => citizen.port.fetch(url, url.endsWith('/history') && init?.method === 'POST' ? { ...init, body: JSON.stringify({ ...(JSON.parse(init.body as string) as object), publicKey: Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]).toString('base64url') }) } : init),
    };
    const history = await fetchHistory(citizen.port);
    if (!history.ok) throw new Error(history.fault.code);
    expect(await startHistory({ server: offTheCurve, passkeys: citizen.passkeys, identityId: history.value.identityId })).toMatchObject({ ok: false, fault: { code: 'REQUEST_INVALID' } });
    await signIn(citizen, 'library');
  });

  it('nobody with a stolen session alone: not by another passkey, nor by an answer given for something else, nor twice', async () => {
    const [citizen, thief] = [await newCitizen(), await newCitizen()];
    const history = await fetchHistory(citizen.port);
    if (!history.ok) throw new Error(history.fault.code);
    const { identityId } = history.value;
    const withTheirPasskey = await startHistory({ server: citizen.port, passkeys: thief.passkeys, identityId });
    expect(withTheirPasskey).toMatchObject({ ok: false, fault: { code: 'HISTORY_PASSKEY_OF_ANOTHER' } });
    const ofSession: ServerPort = { ...citizen.port, fetch: (url, init) => citizen.port.fetch(url.replace('/api/account/history/options', '/api/session/options'), init) };
    expect(await startHistory({ server: ofSession, passkeys: citizen.passkeys, identityId })).toMatchObject({ ok: false, fault: { code: 'SIGN_IN_CHALLENGE_EXPIRED' } });
    expect(await rowsOf(identityId)).toEqual([0, 0, 0]);
    // The honest twin, ten at once: one key, and every other is told so.
    const many = await Promise.all(Array.from({ length: 10 }, () => startHistory({ server: citizen.port, passkeys: citizen.passkeys, identityId })));
    const codes = many.map((result) => (result.ok ? 'on' : result.fault.code));
    expect(codes.filter((code) => code === 'on')).toHaveLength(1);
    // Passkey counters that arrive out of order are refused before.
    for (const code of codes) expect(['on', 'HISTORY_ALREADY_ON', 'SIGN_IN_PASSKEY_REFUSED']).toContain(code);
    expect((await rowsOf(identityId))[0]).toBe(1);
  });
});

async function reopenSession(citizen: Citizen): Promise<void> {
  const own = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: RequestOptions };
  expect((await citizen.browser.fetch(`${server.origin}/api/session`, { json: { challengeId: own.challengeId, passkey: await citizen.authenticator.get(own.options) } })).status).toBe(204);
}

/** Keys, wraps, entries. */
async function rowsOf(identityId: string): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of ['history_keys', 'history_wraps', 'history_entries']) counts.push((await server.database.query(`SELECT 1 FROM ${table} WHERE identity_id = $1`, [identityId])).rowCount ?? 0);
  return counts;
}
