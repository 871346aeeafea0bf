import { PHONE_LIMITS } from '@visavis/registry';
import { createSoftwareAuthenticator } from '@visavis/specimen';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { type PasskeyChallengeJson, type TestComputer, testComputer, type TestPhone, testPhone } from './phone.ts';
import { type TestService, testService } from './relying-party.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

/** A sign-in on a computer, proved by a phone: what is refused, why, and the honest twin of each. */
const AT_ONCE = 10;
const ROUNDS = 10;

let server: TestServer;
let service: TestService;
let citizen: TestCitizen;
beforeAll(async () => {
  server = await startTestServer({ VISAVIS_TRUSTED_PROXIES: '127.0.0.1' });
  service = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name' });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(() => server?.stop());

// The server lives in this process: its clock is this one, and stands still but for `later`.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

const said = async (response: Response): Promise<readonly [number, string]> => [response.status, response.status < 300 ? 'ok' : ((await response.json()) as FaultAnswer).fault.code];
const wrong = (number: number): number => (number === 99 ? 10 : number + 1);

async function atComputer(changes: Readonly<Record<string, string>> = {}): Promise<{ readonly computer: TestComputer; readonly finish: () => Promise<string | null> }> {
  const browser = createBrowser();
  const { response } = await service.authorize({ browser }, changes);
  const computer = testComputer(server.origin, browser, response.headers.get('location')!);
  return {
    computer,
    async finish() {
      const { returnTo, step } = (await (await browser.fetch(computer.api)).json()) as { returnTo?: string; step: string };
      if (step === 'passkey') return null;
      const next = returnTo ?? ((await (await browser.fetch(`${computer.api}/consent`, { json: { agree: true, claims: ['given_name'] } })).json()) as { returnTo: string }).returnTo;
      return new URL((await browser.fetch(next)).headers.get('location')!).searchParams.get('code');
    },
  };
}

/** Up to the right number. */
async function chosen(): Promise<{ readonly computer: TestComputer; readonly phone: TestPhone; readonly id: string; readonly challenge: PasskeyChallengeJson }> {
  const { computer } = await atComputer();
  const { secret, number } = await computer.begin();
  const phone = testPhone(server.origin);
  const { id } = await phone.scanned(secret);
  return { computer, phone, id, challenge: (await (await phone.choose(id, number)).json()) as PasskeyChallengeJson };
}

describe('a phone approves a sign-in on a computer', () => {
  it('the phone is shown what the computer is, picks the number, and its passkey leads the computer on to consent and code', async () => {
    const { computer, finish } = await atComputer();
    const shown = await computer.begin();
    expect(shown).toEqual({ state: 'showing', number: expect.any(Number) as number, secret: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) as string });
    const phone = testPhone(server.origin);
    const scanned = await phone.scanned(shown.secret);
    expect(scanned).toMatchObject({ service: { name: 'Utopia Tax Office', origin: server.taxOfficeOrigin, purposes: ['to know who you are'] }, claims: [{ name: 'given_name' }], isOtherNetwork: false });
    expect(scanned.numbers).toHaveLength(PHONE_LIMITS.numbers);
    expect(new Set(scanned.numbers).size).toBe(PHONE_LIMITS.numbers);
    expect(scanned.numbers).toContain(shown.number);
    expect(scanned.numbers).toEqual(scanned.numbers.toSorted((a, b) => a - b));
    expect(await computer.now()).toEqual({ state: 'scanned', number: shown.number });
    const challenge = (await (await phone.choose(scanned.id, shown.number)).json()) as PasskeyChallengeJson;
    expect(await finish()).toBeNull();
    expect((await phone.approve(scanned.id, challenge, citizen.authenticator)).status).toBe(204);
    expect(await computer.now()).toEqual({ state: 'approved' });
    expect(await finish()).toMatch(/^[\w-]{20,}$/);
  });

  it('a new code comes every few seconds; a replaced one is taken a little longer, and then no more', async () => {
    const { computer } = await atComputer();
    const first = await computer.begin();
    expect((await computer.now()).secret).toBeUndefined();
    later(PHONE_LIMITS.codeEveryMs);
    const second = await computer.now();
    expect([second.state, second.secret === first.secret, typeof second.secret]).toEqual(['showing', false, 'string']);
    later(PHONE_LIMITS.codeGraceMs);
    expect(await said(await testPhone(server.origin).scan(first.secret))).toEqual([410, 'SIGN_IN_PHONE_CODE_STALE']);
    expect(await said(await testPhone(server.origin).scan(second.secret!))).toEqual([200, 'ok']);
  });

  it('a computer that nobody comes to stops showing', async () => {
    const { computer } = await atComputer();
    await computer.begin();
    later(PHONE_LIMITS.shownForMs - 1);
    const last = await computer.now();
    expect(last.state).toBe('showing');
    later(1);
    expect(await computer.now()).toEqual({ state: 'over' });
    expect(await said(await testPhone(server.origin).scan(last.secret!))).toEqual([410, 'SIGN_IN_PHONE_CODE_STALE']);
  });

  it('what is kept meanwhile names nobody and no address, and ends', async () => {
    const { computer } = await atComputer();
    const phone = testPhone(server.origin, { 'x-forwarded-for': '192.0.2.77' });
    const shown = await computer.begin();
    expect((await phone.approveAll(shown, citizen.authenticator)).status).toBe(204);
    const kept = await server.database.query<{ row: string }>('SELECT row_to_json(a)::text AS row FROM phone_approvals a WHERE interaction_uid = $1', [computer.uid]);
    const [{ identity_id: identityId } = { identity_id: '' }] = (await server.database.query<{ identity_id: string }>('SELECT identity_id FROM interaction_proofs WHERE interaction_uid = $1', [computer.uid])).rows;
    expect(identityId).toMatch(/^.{22}$/);
    expect(kept.rows[0]!.row).toContain('Utopia Tax Office');
    for (const secret of [identityId, '192.0.2', '127.0.0.1', shown.secret, 'LOVELACE']) expect(kept.rows[0]!.row).not.toContain(secret);
  });

  it('a phone in another network is told so, for what it is worth', async () => {
    const { computer } = await atComputer();
    const { secret } = await computer.begin();
    expect((await testPhone(server.origin, { 'x-forwarded-for': '192.0.2.77' }).scanned(secret)).isOtherNetwork).toBe(true);
  });
});

describe('what is not the honest way', () => {
  it('a second device that scans ends the attempt, for both sides and whoever was first', async () => {
    const { computer, finish } = await atComputer();
    const { secret, number } = await computer.begin();
    const [first, second] = [testPhone(server.origin), testPhone(server.origin)];
    const { id } = await first.scanned(secret);
    expect(await said(await second.scan(secret))).toEqual([409, 'SIGN_IN_PHONE_SCANNED_TWICE']);
    expect(await computer.now()).toEqual({ state: 'scannedTwice' });
    expect(await said(await first.choose(id, number))).toEqual([409, 'SIGN_IN_PHONE_SCANNED_TWICE']);
    expect(await finish()).toBeNull();
    // The computer may try again.
    expect((await testPhone(server.origin).approveAll(await computer.begin(), citizen.authenticator)).status).toBe(204);
    expect(await finish()).not.toBeNull();
  });

  it('also after the number, and the passkey that comes then counts for nothing', async () => {
    const { computer } = await atComputer();
    const { secret, number } = await computer.begin();
    const phone = testPhone(server.origin);
    const { id } = await phone.scanned(secret);
    const challenge = (await (await phone.choose(id, number)).json()) as PasskeyChallengeJson;
    await testPhone(server.origin).scan(secret);
    expect(await said(await phone.approve(id, challenge, citizen.authenticator))).toEqual([409, 'SIGN_IN_PHONE_SCANNED_TWICE']);
    expect(await computer.now()).toEqual({ state: 'scannedTwice' });
  });

  it('the same phone that brings the same code again gets nothing and ends nothing', async () => {
    const { computer } = await atComputer();
    const { secret, number } = await computer.begin();
    const phone = testPhone(server.origin);
    const { id } = await phone.scanned(secret);
    expect(await said(await phone.scan(secret))).toEqual([410, 'SIGN_IN_PHONE_CODE_STALE']);
    expect(await said(await phone.choose(id, number))).toEqual([200, 'ok']);
  });

  it('a code that was photographed, used and sent on is stale, and so is one that never was', async () => {
    const { computer } = await atComputer();
    const { secret } = await computer.begin();
    await testPhone(server.origin).scanned(secret);
    later(30_000);
    for (const stale of [secret, randomBytes(16).toString('base64url')]) expect(await said(await testPhone(server.origin).scan(stale))).toEqual([410, 'SIGN_IN_PHONE_CODE_STALE']);
    expect((await computer.now()).state).toBe('scanned');
  });

  it('a wrong number ends the attempt; there is no second try', async () => {
    const { computer } = await atComputer();
    const { secret, number } = await computer.begin();
    const phone = testPhone(server.origin);
    const { id } = await phone.scanned(secret);
    expect(await said(await phone.choose(id, wrong(number)))).toEqual([403, 'SIGN_IN_PHONE_NUMBER_WRONG']);
    expect(await said(await phone.choose(id, number))).toEqual([403, 'SIGN_IN_PHONE_NUMBER_WRONG']);
    expect(await computer.now()).toEqual({ state: 'numberWrong' });
  });

  it('two wrong numbers pause this phone, and no other, and say for how long', async () => {
    const phone = testPhone(server.origin);
    for (let n = 0; n < PHONE_LIMITS.wrongNumbersPerPhone; n++) {
      const { secret, number } = await (await atComputer()).computer.begin();
      const { id } = await phone.scanned(secret);
      await phone.choose(id, wrong(number));
    }
    later(60_000);
    const { computer } = await atComputer();
    const { secret } = await computer.begin();
    const paused = await phone.scan(secret);
    const { fault } = (await paused.json()) as { fault: { code: string; nextStep: string } };
    expect([paused.status, fault.code, paused.headers.get('retry-after')]).toEqual([429, 'SIGN_IN_PHONE_PAUSED', String(PHONE_LIMITS.pauseMs / 1000 - 60)]);
    expect(fault.nextStep).toContain('in 14 minutes');
    // A server that starts anew remembers it; another phone never had it.
    await server.restart();
    expect(await said(await phone.scan(secret))).toEqual([429, 'SIGN_IN_PHONE_PAUSED']);
    expect(await said(await testPhone(server.origin).scan(secret))).toEqual([200, 'ok']);
    later(PHONE_LIMITS.pauseMs);
    expect(await said(await phone.scan((await (await atComputer()).computer.begin()).secret))).toEqual([200, 'ok']);
  });

  it('a sign-in has so many attempts, whatever ended them; a new one ends the one before', async () => {
    const { computer } = await atComputer();
    const [first] = [await computer.begin()];
    for (let n = 1; n < PHONE_LIMITS.attemptsPerSignIn; n++) await computer.begin();
    expect(await said(await testPhone(server.origin).scan(first.secret))).toEqual([410, 'SIGN_IN_PHONE_CODE_STALE']);
    await expect(computer.begin()).rejects.toThrow('SIGN_IN_PHONE_TOO_MANY');
    expect((await computer.now()).state).toBe('showing');
  });

  it('another phone can not go on with what one scanned, nor without a cookie', async () => {
    const { computer, phone, id, challenge } = await chosen();
    const other = testPhone(server.origin);
    expect(await said(await other.approve(id, challenge, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_OVER']);
    await other.scanned((await (await atComputer()).computer.begin()).secret);
    expect(await said(await other.approve(id, challenge, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_OVER']);
    expect((await computer.now()).state).toBe('scanned');
    expect((await phone.approve(id, challenge, citizen.authenticator)).status).toBe(204);
  });

  it("a passkey's answer for one sign-in is none for another", async () => {
    const [mine, other] = [await chosen(), await chosen()];
    expect(await said(await mine.phone.approve(mine.id, other.challenge, citizen.authenticator))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
    // Whatever is refused there ends the attempt.
    expect(await mine.computer.now()).toEqual({ state: 'refused' });
    expect((await other.phone.approve(other.id, other.challenge, citizen.authenticator)).status).toBe(204);
  });

  it("nor is a challenge of the computer's own, nor one of the account", async () => {
    for (const foreign of [async (computer: TestComputer, browser: TestPhone['browser']) => ((await (await browser.fetch(computer.api)).json()) as { challenge?: PasskeyChallengeJson }).challenge, async (_c: TestComputer, browser: TestPhone['browser']) => (await (await browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as PasskeyChallengeJson]) {
      const browser = createBrowser();
      const { response } = await service.authorize({ browser });
      const computer = testComputer(server.origin, browser, response.headers.get('location')!);
      const { secret, number } = await computer.begin();
      const phone = testPhone(server.origin);
      const { id } = await phone.scanned(secret);
      await phone.choose(id, number);
      expect(await said(await phone.approve(id, (await foreign(computer, browser))!, citizen.authenticator))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
    }
  });

  it('before the number there is no passkey', async () => {
    const { computer } = await atComputer();
    const { secret } = await computer.begin();
    const phone = testPhone(server.origin);
    const { id } = await phone.scanned(secret);
    const stray = (await (await phone.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as PasskeyChallengeJson;
    expect(await said(await phone.approve(id, stray, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_OVER']);
  });

  it('a page of another origin gets neither a scan nor an answer', async () => {
    const { secret } = await (await atComputer()).computer.begin();
    expect(await said(await testPhone(server.origin, { origin: 'https://evil.example' }).scan(secret))).toEqual([403, 'REQUEST_CROSS_ORIGIN']);
    const { computer, phone, id, challenge } = await chosen();
    // A passkey that was led to a look-alike answers in that one's name.
    const { challengeId, options } = challenge;
    const honest = await citizen.authenticator.get(options);
    const clientData = JSON.parse(Buffer.from(honest.response.clientDataJSON, 'base64url').toString('utf8')) as object;
    const clientDataJSON = Buffer.from(JSON.stringify({ ...clientData, origin: 'https://evil.example' })).toString('base64url');
    const answer = { challengeId, passkey: { ...honest, response: { ...honest.response, clientDataJSON } } };
    expect(await said(await phone.browser.fetch(`${server.origin}/api/phone/${id}/passkey`, { json: answer }))).toEqual([401, 'SIGN_IN_PASSKEY_REFUSED']);
    expect(await computer.now()).toEqual({ state: 'refused' });
  });

  it('a no on the phone, a level too low, and too long a wait are told to both', async () => {
    const refused = await chosen();
    expect((await refused.phone.browser.fetch(`${server.origin}/api/phone/${refused.id}/refusal`, { json: {} })).status).toBe(204);
    expect(await refused.computer.now()).toEqual({ state: 'refused' });
    expect(await said(await refused.phone.approve(refused.id, refused.challenge, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_REFUSED']);

    const demanding = (await atComputer({ acr_values: 'eidas3' })).computer;
    expect(await said(await testPhone(server.origin).approveAll(await demanding.begin(), citizen.authenticator))).toEqual([403, 'SIGN_IN_LEVEL_TOO_LOW']);
    expect(await demanding.now()).toEqual({ state: 'refused' });

    const slow = await chosen();
    later(PHONE_LIMITS.decidedWithinMs);
    expect(await said(await slow.phone.approve(slow.id, slow.challenge, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_OVER']);
    expect(await slow.computer.now()).toEqual({ state: 'over' });
  });

  it('a computer that gave it up is not signed in', async () => {
    const { computer, phone, id, challenge } = await chosen();
    // Only that computer can.
    expect(await said(await testComputer(server.origin, createBrowser(), `/${computer.uid}`).giveUp())).toEqual([404, 'SIGN_IN_INTERACTION_UNKNOWN']);
    expect((await computer.giveUp()).status).toBe(204);
    expect(await computer.now()).toEqual({ state: 'over' });
    expect(await said(await phone.approve(id, challenge, citizen.authenticator))).toEqual([410, 'SIGN_IN_PHONE_OVER']);
    expect((await server.database.query('SELECT 1 FROM interaction_proofs WHERE interaction_uid = $1', [computer.uid])).rowCount).toBe(0);
  });

  it('a citizen who locked this way is not signed in by it, and is by any other', async () => {
    const [{ identity_id } = { identity_id: '' }] = (await server.database.query<{ identity_id: string }>('SELECT identity_id FROM identities')).rows;
    await server.database.query(`INSERT INTO method_locks (identity_id, method, locked_until) VALUES ($1, 'phoneApproval', 'infinity')`, [identity_id]);
    const { computer } = await atComputer();
    expect(await said(await testPhone(server.origin).approveAll(await computer.begin(), citizen.authenticator))).toEqual([403, 'SIGN_IN_PHONE_LOCKED']);
    expect(await computer.now()).toEqual({ state: 'refused' });
    expect((await service.signIn(citizen)).code).toBeTruthy();
    await server.database.query('DELETE FROM method_locks');
    expect((await testPhone(server.origin).approveAll(await computer.begin(), citizen.authenticator)).status).toBe(204);
  });

  it('a passkey of nobody here', async () => {
    const { phone, id, challenge } = await chosen();
    const stranger = createSoftwareAuthenticator({ origin: server.origin, random: (n) => new Uint8Array(randomBytes(n)) });
    await stranger.create({ challenge: challenge.options.challenge, rp: { id: 'localhost', name: 'x' }, user: { id: randomBytes(16).toString('base64url') }, pubKeyCredParams: [{ alg: -7, type: 'public-key' }] });
    expect(await said(await phone.approve(id, challenge, stranger))).toEqual([401, 'SIGN_IN_PASSKEY_REFUSED']);
  });
});

it(`one code, ${AT_ONCE} phones at once at two server processes, ${ROUNDS} rounds: one success at most, and then nobody's`, async () => {
  vi.useRealTimers();
  const twins = [await server.spawnTwin(), await server.spawnTwin()];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { computer } = await atComputer();
      const { secret } = await computer.begin();
      const phones = Array.from({ length: AT_ONCE }, (_, n) => testPhone(twins[n % twins.length]!.origin));
      const answers = await Promise.all(phones.map((phone) => phone.scan(secret)));
      expect(answers.filter(({ status }) => status === 200), `round ${round}`).toHaveLength(1);
      const refused = await Promise.all(answers.filter(({ status }) => status !== 200).map((answer) => said(answer)));
      expect(new Set(refused.map(([, code]) => code)), `round ${round}`).toEqual(new Set(['SIGN_IN_PHONE_SCANNED_TWICE']));
      expect(await computer.now()).toEqual({ state: 'scannedTwice' });

      // And one phone that asks as often as it likes: one success, and the attempt lives.
      const again = await computer.begin();
      const eager = testPhone(twins[0]!.origin);
      await eager.scan(randomBytes(16).toString('base64url'));
      const { id } = await eager.scanned(again.secret);
      const numbers = await Promise.all(Array.from({ length: AT_ONCE }, () => eager.choose(id, again.number)));
      expect(numbers.filter(({ status }) => status === 200), `round ${round}`).toHaveLength(1);
    }
  } finally {
    await Promise.all(twins.map((twin) => twin.stop()));
  }
});
