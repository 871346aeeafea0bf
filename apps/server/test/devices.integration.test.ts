import { type AccountAct, type DeviceOverview, deviceOverview } from '@visavis/contract';
import { addDevice, awaitAdmission, createRecoveryCode, fetchDevices, fetchHistory, joinAccount, makeDevicePasskey, openHistoryWithPasskey, openTicket, type Passkeys, readDeviceCode, type ServerPort, startHistory } from '@visavis/client';
import { findIdentity, freezeIdentity, isMethodLocked, listDevices, lock, makeTicketPasskey, openDeviceTicket, removeDevice, renameDevice, startDeviceTicket, unfreezeIdentity, unlock } from '@visavis/registry';
import { type CreationOptions, createSoftwareAuthenticator, type RegistrationResponse, type RequestOptions } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { accepted, enrolAt, newAuthenticator, newDocument, newPerson, relyingParty } from './registry-citizen.ts';
import { oauthAnswer, type TestService, testService } from './relying-party.ts';
import { type ServiceMachine, startServiceMachine } from './service-machine.ts';
import { random, startTestRegistry } from './start-test-registry.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

/** A device in somebody's hands: its browser and its authenticator. */
type Device = Pick<TestCitizen, 'browser' | 'authenticator'>;

let server: TestServer;
let machine: ServiceMachine;
let told: TestService;
let taxOffice: TestService;
beforeAll(async () => {
  machine = await startServiceMachine();
  server = await startTestServer({ VISAVIS_MODE: 'demo' }, undefined, [
    { clientId: 'told', name: 'Told', redirectUris: ['https://told.example/cb'], backchannelLogoutUri: `${machine.at}/logout`, purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name'] },
    { clientId: 'low', name: 'Low', mount: 'franceconnect', platform: 'low', sector: 'low', idTokenSigning: 'HS256', tokenEndpointAuthMethod: 'client_secret_post', clientSecret: SERVICE_SECRET, redirectUris: ['https://low.example/callback'], purposes: ['tests'], claims: ['given_name'] },
  ]);
  told = testService(server, { clientId: 'told', redirectUri: 'https://told.example/cb', scope: 'openid given_name' });
  taxOffice = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name' });
});
afterAll(async () => {
  await server?.stop();
  await machine?.stop();
});

const newDevice = (): Device => createCitizen(server);
async function enrolled(): Promise<TestCitizen> {
  const citizen = createCitizen(server);
  await citizen.enrol();
  return citizen;
}

const post = (device: Pick<Device, 'browser'>, path: string, json: unknown): Promise<Response> => device.browser.fetch(`${server.origin}${path}`, { json });
const refusal = async (response: Response): Promise<readonly [number, string]> => [response.status, response.status < 400 ? 'none' : ((await response.json()) as FaultAnswer).fault.code];

interface Challenge {
  readonly challengeId: string;
  readonly options: RequestOptions;
}
async function answered(device: Device, asked: Response, by: Pick<Device, 'authenticator'> = device) {
  if (asked.status !== 200) throw new Error(await asked.text());
  const { challengeId, options } = (await asked.json()) as Challenge;
  return { challengeId, passkey: await by.authenticator.get(options) };
}
const optionsFor = (device: Device, act: AccountAct): Promise<Response> => post(device, '/api/account/acts/options', act);
/** Challenge, passkey, act. @param by another authenticator at the same browser, as a phone beside a computer */
const act = async (device: Device, wanted: AccountAct, by: Pick<Device, 'authenticator'> = device): Promise<Response> => post(device, '/api/account/acts', { act: wanted, answer: await answered(device, await optionsFor(device, wanted), by) });
const overview = async (device: Device): Promise<DeviceOverview> => deviceOverview.parse(await (await device.browser.fetch(`${server.origin}/api/account/devices`)).json());
const openAccount = async (device: Device): Promise<Response> => post(device, '/api/session', await answered(device, await post(device, '/api/session/options', {})));
const deviceIds = async (device: Device): Promise<readonly string[]> => (await overview(device)).devices.map(({ deviceId }) => deviceId);

/** The known device's part up to the code. */
async function startTicket(device: Device): Promise<string> {
  return ((await (await act(device, { kind: 'startDeviceTicket' })).json()) as { code: string }).code;
}
interface Opened {
  readonly claim: string;
  readonly givenNames: string;
  readonly options: CreationOptions;
}
const open = async (device: Pick<Device, 'browser'>, code: string): Promise<Response> => post(device, '/api/device-tickets/open', { code });
const made = async (device: Device, opened: Opened): Promise<{ readonly passkey: RegistrationResponse; readonly response: Response }> => {
  const passkey = await device.authenticator.create(opened.options);
  return { passkey, response: await post(device, '/api/device-tickets/passkey', { claim: opened.claim, passkey }) };
};
const confirm = async (device: Device, by?: Pick<Device, 'authenticator'>): Promise<Response> => act(device, { kind: 'addDevice', ticketId: (await overview(device)).ticket!.ticketId }, by);

/** The whole honest way. */
async function addSecond(first: Device): Promise<Device> {
  const second = newDevice();
  const opened = (await (await open(second, await startTicket(first))).json()) as Opened;
  const { response } = await made(second, opened);
  const { number } = (await response.json()) as { number: string };
  expect((await overview(first)).ticket).toMatchObject({ state: 'made', number });
  expect((await confirm(first)).status).toBe(200);
  expect((await openAccount(second)).status).toBe(204);
  return second;
}

describe('a second device', () => {
  it('honest twin: code, passkey, the same number on both, the first device confirms; then it signs in, and the log says it was added', async () => {
    const first = await enrolled();
    const second = await addSecond(first);
    expect((await (await taxOffice.redeem(await taxOffice.signIn({ ...first, ...second }))).json()) as object).toHaveProperty('access_token');
    expect((await overview(second)).devices).toMatchObject([{ isInUse: false }, { isInUse: true }]);
    const log = (await (await second.browser.fetch(`${server.origin}/api/account/log`)).json()) as { opening: { text: string } }[];
    expect(log.map(({ opening }) => (JSON.parse(opening.text) as { kind: string }).kind).filter((kind) => kind === 'deviceAdded')).toHaveLength(2);
  });

  it('tells the new device whose account it is, and excludes the passkeys that are known', async () => {
    const first = await enrolled();
    const opened = (await (await open(newDevice(), await startTicket(first))).json()) as Opened;
    expect(opened.givenNames).toBe('ADA');
    expect(opened.options.excludeCredentials).toHaveLength(1);
    // Its own authenticator, asked again, says that it has one; one that lies about that is found out.
    await expect(first.authenticator.create(opened.options)).rejects.toThrow('refused');
  });

  it('of ten devices with one code exactly one gets on, fifty rounds', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      for (let round = 0; round < 50; round++) {
        const started = await startDeviceTicket(registry, identityId);
        if (!started.ok) throw new Error(started.fault.code);
        const answers = await Promise.all(Array.from({ length: 10 }, () => openDeviceTicket(registry, relyingParty, started.value.code)));
        expect(answers.filter(({ ok }) => ok), `round ${round}`).toHaveLength(1);
        expect(answers.filter((answer) => !answer.ok && answer.fault.code === 'DEVICE_TICKET_OVER'), `round ${round}`).toHaveLength(9);
      }
    } finally {
      await registry.close();
    }
  });

  it('a passkey that is in the account already is not added once more: DEVICE_KNOWN_ALREADY', async () => {
    const registry = await startTestRegistry();
    try {
      // Two that make the same credential id, whatever they are told to exclude.
      const alike = () => createSoftwareAuthenticator({ origin: relyingParty.origin, random: (n) => new Uint8Array(n).fill(7) });
      const enrolment = await accepted(registry, { person: newPerson(), document: newDocument() });
      expect(await enrolment.bind(await enrolment.newPasskey(alike()))).toMatchObject({ ok: true });
      for (const [authenticator, expected] of [[alike(), { ok: false, fault: { code: 'DEVICE_KNOWN_ALREADY' } }], [newAuthenticator(), { ok: true }]] as const) {
        const started = await startDeviceTicket(registry, enrolment.identityId);
        const opened = started.ok ? await openDeviceTicket(registry, relyingParty, started.value.code) : started;
        if (!opened.ok) throw new Error(opened.fault.code);
        const passkey = { ...(await authenticator.create(opened.value.options)) };
        expect(await makeTicketPasskey(registry, relyingParty, { claim: opened.value.claim, passkey, handoverKey: undefined })).toMatchObject(expected);
      }
    } finally {
      await registry.close();
    }
  });

  it('a code is good for ten minutes', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      for (const [moment, expected] of [['2026-11-22T12:09:59Z', { ok: true }], ['2026-11-22T12:10:00Z', { ok: false, fault: { code: 'DEVICE_TICKET_OVER' } }]] as const) {
        registry.moveTo('2026-11-22T12:00:00Z');
        const started = await startDeviceTicket(registry, identityId);
        if (!started.ok) throw new Error(started.fault.code);
        registry.moveTo(moment);
        expect(await openDeviceTicket(registry, relyingParty, started.value.code)).toMatchObject(expected);
      }
    } finally {
      await registry.close();
    }
  });

  it('ten confirmations at once add one device', async () => {
    const first = await enrolled();
    const second = newDevice();
    await made(second, (await (await open(second, await startTicket(first))).json()) as Opened);
    const wanted: AccountAct = { kind: 'addDevice', ticketId: (await overview(first)).ticket!.ticketId };
    const bodies = [];
    for (let i = 0; i < 10; i++) bodies.push({ act: wanted, answer: await answered(first, await optionsFor(first, wanted)) });
    const answers = await Promise.all(bodies.map(async (body) => refusal(await post(first, '/api/account/acts', body))));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    expect(await deviceIds(first)).toHaveLength(2);
  });

  it('an account has ten at most', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      const { rows } = await registry.pool.query<{ device_id: string }>('SELECT device_id FROM devices');
      for (let i = 1; i < 9; i++) await registry.pool.query('INSERT INTO devices (identity_id, device_id, sign_count, sealed) SELECT identity_id, $2, 0, sealed FROM devices WHERE device_id = $1', [rows[0]!.device_id, `d${i}`]);
      expect(await startDeviceTicket(registry, identityId)).toMatchObject({ ok: true });
      await registry.pool.query('INSERT INTO devices (identity_id, device_id, sign_count, sealed) SELECT identity_id, $2, 0, sealed FROM devices WHERE device_id = $1', [rows[0]!.device_id, 'd9']);
      expect(await startDeviceTicket(registry, identityId)).toMatchObject({ ok: false, fault: { code: 'DEVICE_TOO_MANY' } });
    } finally {
      await registry.close();
    }
  });
});

describe('attacks on the way of a device into an account', () => {
  interface Scene {
    readonly victim: TestCitizen;
    readonly attacker: Device;
  }
  const attacks: readonly (readonly [name: string, expected: readonly [number, string], attempt: (scene: Scene) => Promise<Response>])[] = [
    ['class 9, enrolled on somebody else’s account: a session without the passkey starts nothing', [400, 'REQUEST_INVALID'], ({ victim }) => post(victim, '/api/account/acts', { act: { kind: 'startDeviceTicket' } })],
    [
      'class 9: the attacker’s own passkey at the victim’s open session starts nothing',
      [403, 'DEVICE_PASSKEY_OF_ANOTHER'],
      async ({ victim }) => act(victim, { kind: 'startDeviceTicket' }, await enrolled()),
    ],
    [
      'class 9: the attacker’s passkey does not confirm the attacker’s device',
      [403, 'DEVICE_PASSKEY_OF_ANOTHER'],
      async ({ victim, attacker }) => {
        await made(attacker, (await (await open(attacker, await startTicket(victim))).json()) as Opened);
        return confirm(victim, await enrolled());
      },
    ],
    [
      'class 9: an answer given for the attacker’s ticket does not confirm the victim’s',
      [401, 'SIGN_IN_CHALLENGE_EXPIRED'],
      async ({ victim, attacker }) => {
        const other = await enrolled();
        const second = newDevice();
        await made(second, (await (await open(second, await startTicket(other))).json()) as Opened);
        await made(attacker, (await (await open(attacker, await startTicket(victim))).json()) as Opened);
        const theirs: AccountAct = { kind: 'addDevice', ticketId: (await overview(other)).ticket!.ticketId };
        const answer = await answered(other, await optionsFor(other, theirs));
        return post(victim, '/api/account/acts', { act: { kind: 'addDevice', ticketId: (await overview(victim)).ticket!.ticketId }, answer });
      },
    ],
    [
      'class 8, a step skipped by a restart: a passkey that was made and not confirmed signs nobody in',
      [401, 'SIGN_IN_PASSKEY_REFUSED'],
      async ({ victim, attacker }) => {
        await made(attacker, (await (await open(attacker, await startTicket(victim))).json()) as Opened);
        return openAccount(attacker);
      },
    ],
    [
      'class 8: the code opens nothing a second time, after the page was loaded again',
      [404, 'DEVICE_TICKET_OVER'],
      async ({ victim, attacker }) => {
        const code = await startTicket(victim);
        await open(attacker, code);
        return open(attacker, code);
      },
    ],
    [
      'class 8: confirming before there is a passkey adds nothing',
      [409, 'DEVICE_NOT_MADE'],
      async ({ victim, attacker }) => {
        await open(attacker, await startTicket(victim));
        return confirm(victim);
      },
    ],
    [
      'class 8: a second passkey does not take the place of the one whose number is shown',
      [404, 'DEVICE_TICKET_OVER'],
      async ({ victim, attacker }) => {
        const opened = (await (await open(attacker, await startTicket(victim))).json()) as Opened;
        await made(attacker, opened);
        return (await made(newDevice(), opened)).response;
      },
    ],
    [
      'class 8: a ticket begun anew leaves the earlier device outside',
      [409, 'DEVICE_NOT_MADE'],
      async ({ victim, attacker }) => {
        await made(attacker, (await (await open(attacker, await startTicket(victim))).json()) as Opened);
        const earlier = (await overview(victim)).ticket!.ticketId;
        await startTicket(victim);
        return act(victim, { kind: 'addDevice', ticketId: earlier });
      },
    ],
    [
      'class 10, a forged cookie: no cookie says how far a ticket is, and a claim that was made up is none',
      [404, 'DEVICE_TICKET_OVER'],
      async ({ victim, attacker }) => {
        const { options } = (await (await open(newDevice(), await startTicket(victim))).json()) as Opened;
        const passkey = await attacker.authenticator.create(options);
        const { ticketId } = (await overview(victim)).ticket!;
        return attacker.browser.fetch(`${server.origin}/api/device-tickets/passkey`, { json: { claim: Buffer.alloc(32, 7).toString('base64url'), passkey }, headers: { cookie: `visavis_ticket=${ticketId}; visavis_session=${Buffer.alloc(32, 7).toString('base64url')}; state=opened` } });
      },
    ],
    [
      'class 10: a forged session cookie sets no device',
      [401, 'SIGN_IN_NEEDED'],
      async ({ attacker }) => attacker.browser.fetch(`${server.origin}/api/account/acts/options`, { json: { kind: 'startDeviceTicket' }, headers: { cookie: `visavis_session=${Buffer.alloc(32, 7).toString('base64url')}` } }),
    ],
    ['a code that was guessed', [404, 'DEVICE_TICKET_OVER'], ({ attacker }) => open(attacker, '000000000000')],
    [
      'a passkey made for another challenge',
      [422, 'PASSKEY_NOT_ACCEPTED'],
      async ({ victim, attacker }) => {
        const opened = (await (await open(attacker, await startTicket(victim))).json()) as Opened;
        return (await made(attacker, { ...opened, options: { ...opened.options, challenge: Buffer.alloc(32, 7).toString('base64url') } })).response;
      },
    ],
    [
      'a ticket that the citizen stopped',
      [404, 'DEVICE_TICKET_OVER'],
      async ({ victim, attacker }) => {
        const opened = (await (await open(attacker, await startTicket(victim))).json()) as Opened;
        await victim.browser.fetch(`${server.origin}/api/account/device-ticket`, { method: 'DELETE' });
        return (await made(attacker, opened)).response;
      },
    ],
    [
      'a page of another site',
      [403, 'REQUEST_CROSS_ORIGIN'],
      async ({ victim }) => victim.browser.fetch(`${server.origin}/api/account/acts/options`, { json: { kind: 'startDeviceTicket' }, headers: { origin: 'https://evil.example' } }),
    ],
  ];
  for (const [name, expected, attempt] of attacks) {
    const [, code] = expected;
    it(`${name}: ${code}, and no device is added`, async () => {
      const scene = { victim: await enrolled(), attacker: newDevice() };
      expect(await refusal(await attempt(scene))).toEqual(expected);
      expect(await deviceIds(scene.victim)).toHaveLength(1);
    });
  }
});

describe('an answer of the passkey', () => {
  const acts: readonly ((ids: readonly string[]) => AccountAct)[] = [
    () => ({ kind: 'startDeviceTicket' }),
    ([, other = '']) => ({ kind: 'removeDevice', deviceId: other }),
    ([own = '']) => ({ kind: 'removeDevice', deviceId: own }),
    () => ({ kind: 'lock', target: 'recovery' }),
    () => ({ kind: 'lock', target: 'phoneApproval' }),
    () => ({ kind: 'lock', target: 'recovery', until: new Date(Date.now() + 3_600_000).toISOString() }),
    () => ({ kind: 'unlock', target: 'recovery' }),
    () => ({ kind: 'freeze' }),
    () => ({ kind: 'unfreeze' }),
  ];
  it('for one act counts for no other, and not for signing in; the honest twin counts, once', async () => {
    const first = await enrolled();
    await addSecond(first);
    const ids = await deviceIds(first);
    const before = await overview(first);
    for (const [i, given] of acts.entries()) {
      for (const [j, wanted] of acts.entries()) {
        if (i === j) continue;
        const answer = await answered(first, await optionsFor(first, given(ids)));
        expect(await refusal(await post(first, '/api/account/acts', { act: wanted(ids), answer })), `${i} for ${j}`).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
      }
    }
    for (const path of ['/api/session', '/api/account/erasure']) {
      expect(await refusal(await post(first, path, await answered(first, await optionsFor(first, { kind: 'freeze' }))))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
    }
    const forSession = await answered(first, await post(first, '/api/session/options', {}));
    expect(await refusal(await post(first, '/api/account/acts', { act: { kind: 'freeze' }, answer: forSession }))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
    expect(await overview(first)).toEqual(before);
    const honest: AccountAct = { kind: 'lock', target: 'recovery' };
    const answer = await answered(first, await optionsFor(first, honest));
    expect((await post(first, '/api/account/acts', { act: honest, answer })).status).toBe(200);
    expect(await refusal(await post(first, '/api/account/acts', { act: honest, answer }))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
  });
});

describe('the devices of an account', () => {
  it('have a name of the citizen’s, the day they were last used, and nobody else’s can be named', async () => {
    const first = await enrolled();
    const other = await enrolled();
    const [deviceId] = await deviceIds(first);
    const name = (of: Device, wanted: string) => post(of, `/api/account/devices/${deviceId!}/name`, { name: wanted });
    expect((await overview(first)).devices[0]).not.toHaveProperty('lastUsedOn');
    expect((await name(first, 'Adas Telefon (blau)')).status).toBe(204);
    expect((await openAccount(first)).status).toBe(204);
    expect((await overview(first)).devices).toMatchObject([{ name: 'Adas Telefon (blau)', lastUsedOn: new Date().toISOString().slice(0, 10), isInUse: true }]);
    expect(await refusal(await name(other, 'mine'))).toEqual([404, 'DEVICE_UNKNOWN']);
    for (const wrong of ['', ' phone', 'phone ', 'two  spaces', '<b>', 'a\u0000', 'a\u202Eb', 'e\u0301', 'x'.repeat(41), 7]) expect(await refusal(await post(first, `/api/account/devices/${deviceId!}/name`, { name: wrong })), JSON.stringify(wrong)).toEqual([400, 'REQUEST_INVALID']);
    for (const right of ['é', 'x'.repeat(40), '電話 2', 'O’Neill’s phone']) expect((await name(first, right)).status, right).toBe(204);
  });

  it('are sealed: the database knows no name', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      const { rows } = await registry.pool.query<{ device_id: string }>('SELECT device_id FROM devices');
      expect(await renameDevice(registry, identityId, rows[0]!.device_id, 'Gartenhaus')).toMatchObject({ ok: true });
      expect((await listDevices(registry, identityId))[0]).toMatchObject({ name: 'Gartenhaus' });
      const found = await registry.pool.query(`SELECT 1 FROM devices WHERE position(convert_to('Gartenhaus', 'UTF8') IN sealed) > 0`);
      expect(found.rowCount).toBe(0);
      // And no archive or standby has the days.
      const days = await registry.pool.query<{ relpersistence: string }>(`SELECT relpersistence FROM pg_class WHERE relkind = 'r' AND relname LIKE 'device\\_uses\\_%'`);
      expect(days.rows.map((row) => row.relpersistence)).toEqual(Array.from({ length: 16 }, () => 'u'));
    } finally {
      await registry.close();
    }
  });

  it('a removed one signs nobody in, its sessions and what was begun at services are over, and the log says so', async () => {
    const first = await enrolled();
    const second = await addSecond(first);
    const removed = (await overview(second)).devices.find(({ isInUse }) => isInUse)!.deviceId;
    const tokens = await told.tokens({ ...first, ...second });
    machine.heard.length = 0;
    expect((await act(first, { kind: 'removeDevice', deviceId: removed })).status).toBe(200);
    expect(await refusal(await second.browser.fetch(`${server.origin}/api/account`))).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await refusal(await openAccount(second))).toEqual([401, 'SIGN_IN_PASSKEY_REFUSED']);
    expect((await told.userinfo(tokens.access_token)).status).toBe(401);
    expect(await machine.logoutTokens(told.issuer)).toMatchObject([{ aud: 'told' }]);
    // The one that is left goes on.
    expect((await first.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
    const log = (await (await first.browser.fetch(`${server.origin}/api/account/log`)).json()) as { opening: { text: string } }[];
    expect(JSON.parse(log.at(-1)!.opening.text)).toMatchObject({ kind: 'deviceRevoked', deviceId: removed });
  });

  it('the last one stays, and so does the last one that is not locked: DEVICE_LAST', async () => {
    const first = await enrolled();
    const [own] = await deviceIds(first);
    expect(await refusal(await act(first, { kind: 'removeDevice', deviceId: own! }))).toEqual([409, 'DEVICE_LAST']);
    expect(await refusal(await act(first, { kind: 'lock', target: own! }))).toEqual([409, 'DEVICE_LAST']);
    await addSecond(first);
    const [, other] = await deviceIds(first);
    expect((await act(first, { kind: 'lock', target: other! })).status).toBe(200);
    expect(await refusal(await act(first, { kind: 'removeDevice', deviceId: own! }))).toEqual([409, 'DEVICE_LAST']);
    expect(await refusal(await act(first, { kind: 'lock', target: own!, until: new Date(Date.now() + 3_600_000).toISOString() }))).toEqual([409, 'DEVICE_LAST']);
    expect(await refusal(await act(first, { kind: 'removeDevice', deviceId: 'A'.repeat(22) }))).toEqual([404, 'DEVICE_UNKNOWN']);
    expect((await act(first, { kind: 'removeDevice', deviceId: other! })).status).toBe(200);
  });

  it('two that lock each other at once: one stays unlocked, twenty rounds', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      await registry.pool.query(`INSERT INTO devices (identity_id, device_id, sign_count, sealed) SELECT identity_id, 'other', 0, sealed FROM devices`);
      const { rows } = await registry.pool.query<{ device_id: string }>('SELECT device_id FROM devices');
      for (let round = 0; round < 20; round++) {
        const answers = await Promise.all(rows.map((row) => lock(registry, identityId, { deviceId: row.device_id }, 'infinity')));
        expect(answers.filter(({ ok }) => ok), `round ${round}`).toHaveLength(1);
        expect(answers.find(({ ok }) => !ok), `round ${round}`).toMatchObject({ fault: { code: 'DEVICE_LAST' } });
        for (const row of rows) await unlock(registry, identityId, { deviceId: row.device_id });
      }
      const answers = await Promise.all(rows.map((row) => removeDevice(registry, identityId, row.device_id)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(answers.find(({ ok }) => !ok)).toMatchObject({ fault: { code: 'DEVICE_LAST' } });
    } finally {
      await registry.close();
    }
  });
});

describe('a lock', () => {
  it('of a device: its passkey opens nothing and lifts nothing, its sessions are over; another device lifts it', async () => {
    const first = await enrolled();
    const second = await addSecond(first);
    const [own, other] = await deviceIds(first);
    expect((await act(first, { kind: 'lock', target: other! })).status).toBe(200);
    expect((await overview(first)).devices).toMatchObject([{ deviceId: own }, { deviceId: other, lock: {} }]);
    expect(await refusal(await second.browser.fetch(`${server.origin}/api/account`))).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await refusal(await openAccount(second))).toEqual([403, 'SIGN_IN_PASSKEY_LOCKED']);
    expect(await refusal(await post(second, '/api/account/erasure', await answered(second, await post(second, '/api/account/erasure/options', {}))))).toEqual([403, 'SIGN_IN_PASSKEY_LOCKED']);
    // At an open session of the same person too, as a thief has who took both.
    expect(await refusal(await act(first, { kind: 'unlock', target: other! }, second))).toEqual([403, 'SIGN_IN_PASSKEY_LOCKED']);
    expect(await refusal(await signInStep(taxOffice, second))).toEqual([403, 'SIGN_IN_PASSKEY_LOCKED']);
    expect((await act(first, { kind: 'unlock', target: other! })).status).toBe(200);
    expect((await openAccount(second)).status).toBe(204);
  });

  it('ends at the moment that was chosen, between a minute and 90 days from now', async () => {
    const registry = await startTestRegistry();
    try {
      const { identityId } = await enrolAt(registry);
      const locks = async () => [await isMethodLocked(registry, identityId, 'recovery'), await isMethodLocked(registry, identityId, 'phoneApproval')];
      expect(await lock(registry, identityId, { method: 'recovery' }, new Date('2026-11-24T12:00:00Z'))).toMatchObject({ ok: true });
      expect(await locks()).toEqual([true, false]);
      registry.moveTo('2026-11-24T11:59:59Z');
      expect(await locks()).toEqual([true, false]);
      registry.moveTo('2026-11-24T12:00:00Z');
      expect(await locks()).toEqual([false, false]);
      expect(await lock(registry, identityId, { method: 'phoneApproval' }, 'infinity')).toMatchObject({ ok: true });
      registry.moveTo('2028-11-24T12:00:00Z');
      expect(await locks()).toEqual([false, true]);
      await unlock(registry, identityId, { method: 'phoneApproval' });
      expect(await locks()).toEqual([false, false]);
      for (const [until, expected] of [['2028-11-24T12:00:59Z', false], ['2028-11-24T12:01:00Z', true], ['2029-02-22T12:00:00Z', true], ['2029-02-22T12:00:01Z', false], ['2020-01-01T00:00:00Z', false]] as const) {
        const locked = await lock(registry, identityId, { method: 'recovery' }, new Date(until));
        expect(locked.ok || locked.fault.code, until).toBe(expected || 'LOCK_END_NOT_POSSIBLE');
      }
    } finally {
      await registry.close();
    }
  });
});

/** A sign-in to a service, up to what the passkey is answered with. */
async function signInStep(service: TestService, device: Device): Promise<Response> {
  const { response } = await service.authorize(device);
  return passkeyStep(device, response);
}
async function passkeyStep(device: Device, started: Response): Promise<Response> {
  const path = `/api/interactions/${started.headers.get('location')!.split('/').at(-1)!}`;
  const { challenge } = (await (await device.browser.fetch(`${server.origin}${path}`)).json()) as { challenge: Challenge };
  return post(device, `${path}/passkey`, { challengeId: challenge.challengeId, passkey: await device.authenticator.get(challenge.options) });
}
const franceConnect = (device: Device): Promise<Response> =>
  device.browser.fetch(`${server.origin}/api/v2/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'low', redirect_uri: 'https://low.example/callback', scope: 'openid given_name', acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) }).toString()}`);

describe('a freeze', () => {
  it('refuses every sign-in at every mount, ends sessions and tells services, kills codes and tokens, and closes the account elsewhere; lifted, all is as before', async () => {
    const first = await enrolled();
    const second = await addSecond(first);
    const tokens = await told.tokens(first);
    const waiting = await told.signIn(first);
    expect((await passkeyStep(second, await franceConnect(second))).status).toBe(200);
    machine.heard.length = 0;

    expect((await act(first, { kind: 'freeze' })).status).toBe(200);
    expect((await overview(first)).isFrozen).toBe(true);
    expect((await told.userinfo(tokens.access_token)).status).toBe(401);
    expect(await oauthAnswer(await told.redeem(waiting))).toMatchObject({ error: 'invalid_grant' });
    expect((await machine.logoutTokens(told.issuer)).map(({ aud }) => aud)).toEqual(['told']);
    for (const service of [told, taxOffice]) expect(await refusal(await signInStep(service, first))).toEqual([403, 'SIGN_IN_IDENTITY_FROZEN']);
    expect(await refusal(await passkeyStep(first, await franceConnect(first)))).toEqual([403, 'SIGN_IN_IDENTITY_FROZEN']);
    expect(await refusal(await second.browser.fetch(`${server.origin}/api/account`))).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await refusal(await act(first, { kind: 'startDeviceTicket' }))).toEqual([409, 'IDENTITY_FROZEN']);

    // Its holder opens the account anywhere with any device that is not locked, and lifts it there.
    expect((await openAccount(second)).status).toBe(204);
    expect((await act(second, { kind: 'unfreeze' })).status).toBe(200);
    expect((await told.userinfo(tokens.access_token)).status).toBe(401);
    expect(await oauthAnswer(await told.redeem(waiting))).toMatchObject({ error: 'invalid_grant' });
    for (const service of [told, taxOffice]) expect((await service.tokens(first)).access_token).toBeDefined();
    expect((await passkeyStep(second, await franceConnect(second))).status).toBe(200);
  });

  it('stops a sign-in that is between passkey and consent, and one that is past both', async () => {
    const first = await enrolled();
    const { response } = await taxOffice.authorize(first);
    const path = `/api/interactions/${response.headers.get('location')!.split('/').at(-1)!}`;
    expect((await passkeyStep(first, response)).status).toBe(200);
    await act(first, { kind: 'freeze' });
    expect(await refusal(await post(first, `${path}/consent`, { agree: true, claims: ['given_name'] }))).toEqual([409, 'SIGN_IN_STEP_OUT_OF_ORDER']);
    await act(first, { kind: 'unfreeze' });

    expect((await passkeyStep(first, response)).status).toBe(200);
    const { returnTo } = (await (await post(first, `${path}/consent`, { agree: true, claims: ['given_name'] })).json()) as { returnTo: string };
    await act(first, { kind: 'freeze' });
    const resumed = await first.browser.fetch(returnTo);
    expect(resumed.headers.get('location') ?? '').not.toContain('code=');
    // As if a code and its grant had been written just after the freeze had looked: the account is not found.
    await act(first, { kind: 'unfreeze' });
    const signedIn = await taxOffice.signIn(first);
    await server.database.query(`UPDATE identities SET frozen = true WHERE identity_id = (SELECT payload->>'accountId' FROM oidc_records WHERE model = 'AuthorizationCode' ORDER BY expires_at DESC LIMIT 1)`);
    expect(await oauthAnswer(await taxOffice.redeem(signedIn))).toMatchObject({ error: 'invalid_grant' });
  });

  it('turns a device on its way in away', async () => {
    const first = await enrolled();
    const second = newDevice();
    const opened = (await (await open(second, await startTicket(first))).json()) as Opened;
    await act(first, { kind: 'freeze' });
    expect(await refusal((await made(second, opened)).response)).toEqual([404, 'DEVICE_TICKET_OVER']);
  });

  it('stays through a renewal, and nobody enrols beside it; a counter can freeze without any device', async () => {
    const registry = await startTestRegistry();
    try {
      const citizen = await enrolAt(registry);
      expect(await freezeIdentity(registry, citizen.identityId, undefined)).toBe(true);
      const renewal = await accepted(registry, { person: citizen.person, document: newDocument() });
      expect(await renewal.bind(await renewal.renewal(citizen.authenticator))).toMatchObject({ ok: true, value: { identityId: citizen.identityId, isFrozen: true } });
      const beside = await accepted(registry, { person: citizen.person, document: newDocument() });
      expect(await beside.bind(await beside.newPasskey(newAuthenticator()))).toMatchObject({ ok: false, fault: { code: 'IDENTITY_PERSON_ALREADY_ENROLLED' } });
      expect(await findIdentity(registry, citizen.identityId)).toMatchObject({ isFrozen: true });
      expect(await freezeIdentity(registry, 'nobody', undefined)).toBe(false);
      expect(await unfreezeIdentity(registry, citizen.identityId)).toBe(true);
      expect(await findIdentity(registry, citizen.identityId)).toMatchObject({ isFrozen: false });
    } finally {
      await registry.close();
    }
  });
});

describe('the sealed history and a new device', () => {
  const portOf = ({ browser }: Device): ServerPort => ({ origin: server.origin, fetch: (url, init) => browser.fetch(url, init), openSocket: () => { throw new Error('not asked for'); } });
  const passkeysOf = ({ authenticator }: Device): Passkeys => ({ create: (options) => authenticator.create(options as unknown as CreationOptions), get: (options) => authenticator.get(options as unknown as RequestOptions) });
  const value = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: { readonly code: string } }): T => {
    if (!result.ok) throw new Error(result.fault.code);
    return result.value;
  };

  async function joined(o: { readonly withHistory: boolean; readonly hasPrf: boolean }) {
    const first = await enrolled();
    const [port, passkeys] = [portOf(first), passkeysOf(first)];
    const recoveryCode = await createRecoveryCode(random);
    const { identityId } = value(await fetchHistory(port));
    if (o.withHistory) value(await startHistory({ server: port, passkeys, identityId, recoveryCode }));
    const second: Device = { browser: createBrowser(), authenticator: createSoftwareAuthenticator({ origin: server.origin, random, hasPrf: o.hasPrf }) };
    const ticket = value(await openTicket(portOf(second), readDeviceCode((await startTicket(first)).toLowerCase())!));
    const number = value(await makeDevicePasskey(portOf(second), passkeysOf(second), ticket));
    const shown = value(await fetchDevices(port)).ticket!;
    expect(shown.number).toBe(number);
    expect(value(await awaitAdmission(portOf(second), ticket))).toEqual({ isAdded: false });
    value(await addDevice(port, passkeys, shown));
    const admitted = value(await awaitAdmission(portOf(second), ticket));
    expect(admitted.isAdded).toBe(true);
    const { opensHistory } = value(await joinAccount(portOf(second), passkeysOf(second), ticket, admitted.handover));
    return { first, second, opensHistory, handover: admitted.handover };
  }
  const opens = async (device: Device): Promise<string> => {
    const opened = await openHistoryWithPasskey(portOf(device), passkeysOf(device), value(await fetchHistory(portOf(device))));
    return opened.ok ? 'opened' : opened.fault.code;
  };

  it('is handed over by the first device: both open it, and what the server carried is sealed', async () => {
    const { first, second, opensHistory, handover } = await joined({ withHistory: true, hasPrf: true });
    expect(opensHistory).toBe(true);
    expect([await opens(first), await opens(second)]).toEqual(['opened', 'opened']);
    expect(handover).toHaveLength(151);
  });

  it('an authenticator without PRF is added all the same, and does not open it', async () => {
    const { second, opensHistory } = await joined({ withHistory: true, hasPrf: false });
    expect([opensHistory, await opens(second)]).toEqual([false, 'HISTORY_NOT_FOR_THIS_PASSKEY']);
  });

  it('without a history nothing is handed over', async () => {
    expect(await joined({ withHistory: false, hasPrf: true })).toMatchObject({ opensHistory: false, handover: undefined });
  });

  it('a removed device’s way into it goes; the last way takes it along', async () => {
    const { first, second } = await joined({ withHistory: true, hasPrf: true });
    const ids = await deviceIds(first);
    const wraps = async () => value(await fetchHistory(portOf(second))).key?.wraps.length;
    expect(await wraps()).toBe(3);
    await act(second, { kind: 'removeDevice', deviceId: ids[0]! });
    expect(await wraps()).toBe(2);
    const third = await addSecond(second);
    await server.database.query(`DELETE FROM history_wraps WHERE opened_by = 'recovery'`);
    await act(third, { kind: 'removeDevice', deviceId: ids[1]! });
    expect(value(await fetchHistory(portOf(third))).key).toBeUndefined();
  });
});

describe('what is done to an identity', () => {
  it('is told to its holder, act by act', async () => {
    const first = await enrolled();
    await addSecond(first);
    const [, other] = await deviceIds(first);
    for (const wanted of [{ kind: 'lock', target: other! }, { kind: 'unlock', target: other! }, { kind: 'freeze' }, { kind: 'unfreeze' }, { kind: 'removeDevice', deviceId: other! }] as const) expect((await act(first, wanted)).status).toBe(200);
    const told = (await (await first.browser.fetch(`${server.origin}/api/account/notices`)).json()) as { kind: string }[];
    expect(told.map(({ kind }) => kind).toReversed()).toEqual(['deviceAdded', 'methodLocked', 'methodUnlocked', 'identityFrozen', 'identityUnfrozen', 'deviceRemoved']);
  });
});

describe('strangers', () => {
  it('codes that one network tries are bounded', async () => {
    const answers = new Set<string>();
    // A minute may end in between.
    for (let round = 0; round < 8 && !answers.has('REQUEST_TOO_MANY'); round++) {
      for (const [, code] of await Promise.all(Array.from({ length: 50 }, async () => refusal(await open({ browser: createBrowser() }, '000000000000'))))) answers.add(code);
    }
    expect(answers).toEqual(new Set(['DEVICE_TICKET_OVER', 'REQUEST_TOO_MANY']));
  });
});
