import { fetchConfiguration, fetchFigures } from '@visavis/client';
import { dailyFigures, type PublishedDay } from '@visavis/contract';
import { type Counted, countToday, eraseIdentity, listFigures, publishFigures } from '@visavis/registry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolAt } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen } from './test-citizen.ts';

describe('what a day came to', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  beforeEach(async () => {
    await registry.pool.query('DELETE FROM daily_counts');
    await registry.pool.query('DELETE FROM daily_figures');
    registry.moveTo('2026-11-22T12:00:00Z');
  });
  afterAll(() => registry?.close());

  const count = async (counted: Counted, times = 1): Promise<void> => {
    for (let i = 0; i < times; i++) await countToday(registry, registry.pool, counted);
  };
  /** What whoever asks this registry over the network sees. */
  const seen = (days: readonly PublishedDay[]) =>
    fetchFigures({ origin: 'https://visavis.test', fetch: () => Promise.resolve(Response.json({ days })), openSocket: () => { throw new Error('not asked for'); } }, registry.logKey);

  it('is published once it is over, whole, with a proof that anybody can check, and the counts are gone', async () => {
    await count('attempt', 8);
    await count('outcome accept', 2);
    await count('outcome reject', 6);
    await count('refusal FACE_NOT_LIVE', 6);
    await count('waited 10', 7);
    await count('waited longer');
    const { identityId } = await enrolAt(registry);
    await eraseIdentity(registry, identityId, 'citizen', (claims) => registry.signReceipt(claims));
    registry.moveTo('2026-11-23T00:09:59Z');
    expect(await publishFigures(registry)).toEqual([]);
    registry.moveTo('2026-11-23T00:10:00Z');
    expect(await publishFigures(registry)).toEqual(['2026-11-22']);
    const shown = await seen(await listFigures(registry, 31));
    expect(shown).toEqual({
      ok: true,
      value: [
        {
          figures: {
            day: '2026-11-22',
            attempts: 8,
            outcomes: { accept: 2, refer: 0, reject: 6, withdrawn: 0, failed: 0 },
            refusals: { FACE_NOT_LIVE: 6 },
            rareRefusals: 0,
            waited: { 10: 7, 60: 0, 300: 0, longer: 1 },
            identitiesMade: 1,
            identitiesErased: 1,
            roomsErased: 0,
          },
          proven: { index: expect.any(Number), size: expect.any(Number) },
        },
      ],
    });
    expect((await registry.pool.query('SELECT 1 FROM daily_counts')).rowCount).toBe(0);
    expect(await publishFigures(registry)).toEqual([]);
  });

  it('names no code that fewer than five people met', async () => {
    await count('refusal FACE_CHANGED', 4);
    await count('refusal CHIP_CLONE', 1);
    await count('refusal FACE_NOT_LIVE', 5);
    registry.moveTo('2026-11-23T01:00:00Z');
    await publishFigures(registry);
    const [day] = await listFigures(registry, 1);
    expect(day?.text).not.toMatch(/FACE_CHANGED|CHIP_CLONE/);
    expect(dailyFigures.parse(JSON.parse(day!.text))).toMatchObject({ refusals: { FACE_NOT_LIVE: 5 }, rareRefusals: 5 });
  });

  it('is published also when nothing happened, and no day is left out after a stop', async () => {
    await count('attempt');
    registry.moveTo('2026-11-25T12:00:00Z');
    await count('attempt', 2);
    registry.moveTo('2026-11-26T12:00:00Z');
    expect(await publishFigures(registry)).toEqual(['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25']);
    const days = await listFigures(registry, 31);
    expect(days.map(({ text }) => (JSON.parse(text) as { attempts: number }).attempts)).toEqual([2, 0, 0, 1]);
  });

  it('servers that publish at one time publish a day once, and people who are counted at one time are all counted', async () => {
    await Promise.all(Array.from({ length: 40 }, () => count('attempt')));
    registry.moveTo('2026-11-23T12:00:00Z');
    const published = await Promise.all(Array.from({ length: 5 }, () => publishFigures(registry)));
    expect(published.flat()).toEqual(['2026-11-22']);
    expect(JSON.parse((await listFigures(registry, 1))[0]!.text)).toMatchObject({ attempts: 40 });
  });

  it('numbers that were changed afterwards, or stand under another day’s proof, are not proven; the honest twin is', async () => {
    await count('attempt', 3);
    registry.moveTo('2026-11-24T12:00:00Z');
    await publishFigures(registry);
    const [empty, first] = await listFigures(registry, 31);
    const proven = async (day: PublishedDay): Promise<boolean> => {
      const shown = await seen([day]);
      return shown.ok && shown.value[0]?.proven !== undefined;
    };
    expect(await proven(first!)).toBe(true);
    expect(await proven({ ...first!, text: first!.text.replace('"attempts":3', '"attempts":4') })).toBe(false);
    expect(await proven({ text: first!.text, logged: empty!.logged })).toBe(false);
    expect(await proven({ text: empty!.text, logged: empty!.logged })).toBe(true);
  });
});

describe('the server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server?.stop());

  it('counts each attempt, its end, its codes, the wait and the receipt, and shows published days to any origin', async () => {
    const citizen = createCitizen(server);
    const enrolment = await citizen.begin();
    server.booths.get(enrolment.enrolmentId)!.end('reject', ['FACE_NOT_LIVE']);
    const counted = async (): Promise<Record<string, number>> => {
      const { rows } = await server.database.query<{ counted: string; n: string }>('SELECT counted, sum(n)::text AS n FROM daily_counts GROUP BY counted');
      return Object.fromEntries(rows.map(({ counted: name, n }) => [name, Number(n)]));
    };
    await expect.poll(counted).toEqual({ attempt: 1, 'outcome reject': 1, 'refusal FACE_NOT_LIVE': 1, 'waited 10': 1, roomErased: 1 });
    const response = await fetch(`${server.origin}/api/transparency`, { headers: { origin: 'https://auditor.example' } });
    expect([response.status, response.headers.get('access-control-allow-origin'), await response.json()]).toEqual([200, '*', { days: [] }]);
  });

  it('shows what was published once a day is over', async () => {
    await server.database.query(`UPDATE daily_counts SET day = day - 1`);
    await server.restart();
    const port = { origin: server.origin, fetch, openSocket: (url: string) => new WebSocket(url) };
    const configuration = await fetchConfiguration(port);
    if (!configuration.ok) throw new Error(configuration.fault.code);
    await expect.poll(async () => (await server.database.query('SELECT 1 FROM daily_figures')).rowCount, { timeout: 20_000 }).toBe(1);
    const shown = await fetchFigures(port, configuration.value.logKey);
    expect(shown.ok ? shown.value.map(({ figures, proven }) => [figures.attempts, figures.roomsErased, proven !== undefined]) : shown).toEqual([[1, 1, true]]);
  });
});
