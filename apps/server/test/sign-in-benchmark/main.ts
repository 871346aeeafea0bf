/**
 * Measures whole sign-ins: our server on PostgreSQL that flushes at every commit, against a bare `oidc-provider` with its
 * records in memory, in the same minutes. One line of JSON on standard output. Started by `script/bench sign-in`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readConfiguration } from '../../src/configuration.ts';
import { startEmbeddedPostgres } from '../../src/embedded-postgres.ts';
import { startServer } from '../../src/start-server.ts';
import { freePort, SERVICE_SECRET, type TestBooth, testBoothPool, type TestServer } from '../start-test-server.ts';
import type { BareSetup } from './bare-provider.ts';
import { type Citizen, enrolCitizen, growTo } from './population.ts';
import type { Use } from './report-use.ts';
import { signInOnce, type Target } from './sign-in-once.ts';

/** The smallest is all who sign in. */
const POPULATIONS = [1000, 100_000, 1_000_000];
/** Rounds alternate between the sides, so that what else the machine does falls on all of them. */
const ROUNDS = 7;
const AT_ONCE = 8;
const PER_ROUND = 300;
/** With nobody else signing in; each citizen is met once per population, so that nothing of theirs is in a cache yet. */
const ALONE_PER_ROUND = 140;
/** Until the compiler has settled: a server runs for days. */
const WARM_UP = 1500;
/** PostgreSQL's own counters are written by each connection within a second of its last statement. */
const COUNTERS_SETTLE_MS = 1500;

const largest = Number(process.argv[2]);
if (!Number.isInteger(largest) || largest < AT_ONCE) throw new Error(`of how many identities at most? At least ${AT_ONCE}`);
const CITIZENS = Math.min(POPULATIONS[0]!, largest);
const populations = [CITIZENS, ...POPULATIONS.slice(1).filter((identities) => identities <= largest)];

const folder = await mkdtemp('/var/tmp/visavis-bench-sign-in-');
const dataDir = await mkdtemp('/var/tmp/visavis-bench-pg-');
const started = performance.now();
const say = (line: string): void => console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
const children: ChildProcess[] = [];
try {
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} finally {
  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.disconnect();
  await Promise.all(ended);
  await postgres.stop();
  await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
}

async function measure(): Promise<Readonly<Record<string, unknown>>> {
  const port = await freePort();
  const client = { clientId: 'tax-office', clientSecret: SERVICE_SECRET, redirectUri: 'https://tax.example/callback', scope: 'openid given_name family_name birthdate' };
  const services = [{ ...client, scope: undefined, name: 'Utopia Tax Office', redirectUris: [client.redirectUri], redirectUri: undefined, purposes: ['to know who you are'], claims: ['given_name', 'family_name', 'birthdate'] }];
  await writeFile(path.join(folder, 'services.json'), JSON.stringify(services));
  const environment = {
    VISAVIS_STATE_DIR: path.join(folder, 'state'),
    VISAVIS_SITE_DIR: path.join(folder, 'site'),
    VISAVIS_SERVICES_FILE: path.join(folder, 'services.json'),
    VISAVIS_ENROLMENTS_PER_MINUTE: '10000',
    VISAVIS_BOOTHS_PER_ADDRESS: '1000',
    // All of them come from one address.
    VISAVIS_SIGN_INS_PER_MINUTE: '1000000',
    VISAVIS_SIGN_INS_PER_CITIZEN: '1000000',
    VISAVIS_ORIGIN: `http://localhost:${port}`,
  };
  const onDatabase = (name: string, at: number) => ({ ...environment, VISAVIS_PORT: String(at), DATABASE_URL: `postgres://postgres@localhost/${name}?host=${encodeURIComponent(postgres.connection.host)}` });

  const booths = new Map<string, TestBooth>();
  const first = await startServer(readConfiguration(onDatabase('postgres', port), true), () => undefined, () => Promise.resolve(testBoothPool(booths)));
  const ours: Target = { ...client, port, path: '/oidc' };
  const citizens: Citizen[] = [];
  say(`enrolling ${CITIZENS} citizens`);
  await manyAtOnce(CITIZENS, async () => citizens.push(await enrolCitizen({ origin: `http://localhost:${port}`, booths } as TestServer)));
  say('each agrees to the service once');
  await manyAtOnce(CITIZENS, (n) => signInOnce(ours, citizens[n]!.authenticator, true));
  await first.stop();

  // Copied from a database that nobody is connected to.
  const sql = new pg.Client({ ...postgres.connection, database: 'template1' });
  await sql.connect();
  const servers: Server[] = [];
  let bytesPerIdentity = 0;
  for (const identities of populations) {
    const database = `of_${identities}`;
    await sql.query(`CREATE DATABASE ${database} TEMPLATE postgres`);
    bytesPerIdentity = await growTo({ ...postgres.connection, database }, identities);
    say(`a database of ${identities} identities, ${Math.round(bytesPerIdentity)} bytes each`);
    const at = await freePort();
    servers.push(await startChild('our-server.ts', [], onDatabase(database, at), { ...ours, port: at }));
  }
  await sql.end();
  const barePort = await freePort();
  const person = { given_name: 'ADA', family_name: 'LOVELACE', birthdate: '1985-12-10' };
  const setup: BareSetup = { ...client, port: barePort, site: environment.VISAVIS_ORIGIN, citizens: citizens.map(({ credentialId, publicKey }) => ({ credentialId, publicKey, person })) };
  await writeFile(path.join(folder, 'bare.json'), JSON.stringify(setup));
  const bare = await startChild('bare-provider.ts', [path.join(folder, 'bare.json')], {}, { ...client, port: barePort, path: '' });
  const largestServer = servers.at(-1)!;

  say('warming up');
  for (const { target } of [...servers, bare]) await manyAtOnce(WARM_UP, (n) => signInOnce(target, citizens[n % CITIZENS]!.authenticator));

  let next = 0;
  const someCitizen = (): Citizen => citizens[next++ % CITIZENS]!;
  const burst = async (server: Server): Promise<Round> => {
    const before = await server.use();
    const beganMs = performance.now();
    const times = await timed(AT_ONCE, PER_ROUND, async () => signInOnce(server.target, someCitizen().authenticator));
    const after = await server.use();
    return { times, seconds: (performance.now() - beganMs) / 1000, cpuSeconds: (after.cpuMs - before.cpuMs) / 1000, queries: after.queries - before.queries };
  };
  say(`${ROUNDS} rounds of ${PER_ROUND} sign-ins, ${AT_ONCE} at once, ours and bare in turn`);
  const [ourRounds, bareRounds]: [Round[], Round[]] = [[], []];
  const counters = await openCounters(`of_${populations.at(-1)!}`);
  const countedBefore = await counters.read();
  let databaseSeconds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const cpuBefore = databaseCpuSeconds();
    ourRounds.push(await burst(largestServer));
    databaseSeconds += databaseCpuSeconds() - cpuBefore;
    bareRounds.push(await burst(bare));
  }
  const counted = await counters.since(countedBefore);
  const settings = await counters.settings();
  await counters.close();

  say(`${ROUNDS} rounds of ${ALONE_PER_ROUND} sign-ins, one after the other, at each population in turn`);
  const growth = new Map<Server, number[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      const times = await timed(1, ALONE_PER_ROUND, async (n) => signInOnce(server.target, citizens[(round * ALONE_PER_ROUND + n) % CITIZENS]!.authenticator));
      growth.get(server)!.push(percentile(times, 0.5));
    }
  }
  const perCpuSecond = (rounds: readonly Round[]): number => percentile(rounds.map(({ times, cpuSeconds }) => times.length / cpuSeconds), 0.5);
  const signIns = ROUNDS * PER_ROUND;
  const allTimes = ourRounds.flatMap(({ times }) => times);
  const [loginsPerSecond, bareLoginsPerSecond] = [perCpuSecond(ourRounds), perCpuSecond(bareRounds)];
  return {
    loginsPerSecond: Math.round(loginsPerSecond),
    bareLoginsPerSecond: Math.round(bareLoginsPerSecond),
    ratio: Number((loginsPerSecond / bareLoginsPerSecond).toFixed(3)),
    ratios: ourRounds.map((round, n) => Number((perCpuSecond([round]) / perCpuSecond([bareRounds[n]!])).toFixed(3))),
    per: 'CPU-second of the server process; both verify the same passkeys',
    serverCpuMs: rounded(1000 / loginsPerSecond),
    bareCpuMs: rounded(1000 / bareLoginsPerSecond),
    databaseCpuMs: rounded((databaseSeconds * 1000) / signIns),
    queriesPerLogin: rounded(ourRounds.reduce((sum, { queries }) => sum + queries, 0) / signIns),
    buffersPerLogin: rounded(counted.buffers / signIns),
    walBytesPerLogin: Math.round(counted.walBytes / signIns),
    atOnce: AT_ONCE,
    p50Ms: rounded(percentile(allTimes, 0.5)),
    p99Ms: rounded(percentile(allTimes, 0.99)),
    wallLoginsPerSecond: Math.round(percentile(ourRounds.map(({ times, seconds }) => times.length / seconds), 0.5)),
    growth: servers.map((server, n) => ({ identities: populations[n]!, p50Ms: rounded(percentile(growth.get(server)!, 0.5)) })),
    bytesPerIdentity: Math.round(bytesPerIdentity),
    database: settings,
  };
}

interface Round {
  readonly times: readonly number[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly queries: number;
}

interface Server {
  readonly target: Target;
  use(): Promise<Use>;
}

async function startChild(program: string, args: readonly string[], environment: Readonly<Record<string, string>>, target: Target): Promise<Server> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, program), ...args], { env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended before it was ready`)))]);
  return {
    target,
    async use() {
      child.send('use');
      const [use] = (await once(child, 'message')) as [Use];
      return use;
    },
  };
}

/** Does it `count` times, a few at once. */
async function manyAtOnce(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  await timed(AT_ONCE, count, work);
}

/** @returns the milliseconds each took */
async function timed(atOnce: number, count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      const n = begun++;
      const beganMs = performance.now();
      await work(n);
      times.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}

/** CPU of PostgreSQL and all its processes so far, from /proc: fields 14 to 17 of `stat`, in hundredths of a second. */
function databaseCpuSeconds(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
      if (Number(pid) === postgres.pid) ticks += fields[11]! + fields[12]! + fields[13]! + fields[14]!;
      else if (fields[1] === postgres.pid) ticks += fields[11]! + fields[12]!;
    } catch {
      // It ended while we looked.
    }
  }
  return ticks / 100;
}

interface Counted {
  readonly buffers: number;
  readonly walBytes: number;
}

/** What PostgreSQL counts of one database, and of its write-ahead log. */
async function openCounters(database: string): Promise<{ read(): Promise<Counted>; since(before: Counted): Promise<Counted>; settings(): Promise<unknown>; close(): Promise<void> }> {
  const client = new pg.Client({ ...postgres.connection, database });
  // Its end is also the end of PostgreSQL, when a measurement failed.
  client.on('error', () => undefined);
  await client.connect();
  const read = async (): Promise<Counted> => {
    await sleep(COUNTERS_SETTLE_MS);
    const { rows } = await client.query<Record<string, string>>('SELECT blks_hit + blks_read AS buffers, wal_bytes FROM pg_stat_database, pg_stat_wal WHERE datname = current_database()');
    return { buffers: Number(rows[0]!['buffers']), walBytes: Number(rows[0]!['wal_bytes']) };
  };
  return {
    read,
    async since(before) {
      const now = await read();
      return { buffers: now.buffers - before.buffers, walBytes: now.walBytes - before.walBytes };
    },
    settings: async () => (await client.query<Record<string, string>>(`SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit, current_setting('shared_buffers') AS shared_buffers`)).rows[0],
    close: () => client.end(),
  };
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)]!;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
