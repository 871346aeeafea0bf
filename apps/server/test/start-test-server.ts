import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boothFaults, type BoothPool, type Walls } from '@visavis/booth';
import type { P256PublicJwk } from '@visavis/contract';
import { err, ok } from '@visavis/kernel';
import type { DocumentReport } from '@visavis/registry';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import type pg from 'pg';
import { readConfiguration } from '../src/configuration.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import type { LoggedEvent } from '../src/event-log.ts';
import { openPool } from '../src/open-pool.ts';
import { startServer } from '../src/start-server.ts';

/** A booth's keys in the test's hands: the test decides what the booth would have decided. */
export interface TestBooth {
  readonly verdictKey: CryptoKey;
  readonly consentId: string;
  readonly received: (Uint8Array | string)[];
  /** @returns a promise while the device is behind with reading */
  send(sealed: Uint8Array): Promise<void> | undefined;
  /** Coded progress, as a real one tells it. */
  tell(event: string): void;
  /** From now on it reads one message and no more, until the returned function is called. */
  stopReading(): () => void;
  end(outcome: 'accept' | 'reject' | 'failed', codes: readonly string[]): void;
  readonly closed: string[];
}

export interface TestServer {
  readonly origin: string;
  readonly taxOfficeOrigin: string;
  readonly stateDir: string;
  readonly database: pg.Pool;
  readonly booths: Map<string, TestBooth>;
  readonly events: LoggedEvent[];
  restart(): Promise<void>;
  /** The state's register says so from now on, which a server hears when it starts. */
  reportDocument(report: DocumentReport): Promise<void>;
  /** A second server with the same origin, keys and database, at an address of its own. */
  startTwin(): Promise<{ readonly origin: string; stop(): Promise<void> }>;
  /** As {@link startTwin}, in a process of its own. */
  spawnTwin(): Promise<{ readonly origin: string; stop(): Promise<void> }>;
  /** A crash of the database, which is started again half a second later. */
  killDatabase(): void;
  stop(): Promise<void>;
}

export const SERVICE_SECRET = 'a-secret-of-at-least-32-characters-for-tests';

export type Registration = Readonly<Record<string, unknown>>;

/**
 * The real server on a real PostgreSQL, with booths that the test plays.
 * @param settings of the server, instead of the test's own
 * @param mostBooths at once; as many as anybody wants when left out
 * @param registrations of services, beside the tax office and the library
 */
export async function startTestServer(settings: Readonly<Record<string, string>> = {}, mostBooths?: number, registrations: readonly Registration[] = []): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
  const dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  const [port, taxOfficePort] = [await freePort(), await freePort()];
  const taxOfficeOrigin = `http://localhost:${taxOfficePort}`;
  const write = async (name: string, content: unknown): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, JSON.stringify(content));
    return file;
  };
  const service = { clientSecret: SERVICE_SECRET, redirectUris: [`${taxOfficeOrigin}/callback`], purposes: ['to know who you are'] };
  const environment = {
    VISAVIS_PORT: String(port),
    VISAVIS_STATE_DIR: path.join(folder, 'state'),
    VISAVIS_SITE_DIR: path.join(folder, 'site'),
    VISAVIS_ENROLMENTS_PER_MINUTE: '1000',
    VISAVIS_BOOTHS_PER_ADDRESS: '1000',
    VISAVIS_SIGN_INS_PER_MINUTE: '10000000',
    VISAVIS_SIGN_INS_PER_CITIZEN: '10000000',
    VISAVIS_SERVICE_FAILURES_PER_MINUTE: '10000000',
    DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(postgres.connection.host)}`,
    VISAVIS_SERVICES_FILE: await write('services.json', [
      { ...service, clientId: 'tax-office', name: 'Utopia Tax Office', claims: ['given_name', 'family_name', 'birthdate'] },
      { ...service, clientId: 'library', name: 'Utopia Library', redirectUris: ['https://library.example/callback'], claims: ['age_over_18'] },
      ...registrations,
    ]),
    VISAVIS_DOCUMENT_REGISTER_FILE: await write('reported.json', [{ issuingState: 'UTO', documentNumber: 'LOST0001' }]),
    ...settings,
  };
  const configuration = readConfiguration(environment, true);
  const booths = new Map<string, TestBooth>();
  const events: LoggedEvent[] = [];
  const start = () => startServer(configuration, (event) => events.push(event), () => Promise.resolve(testBoothPool(booths, mostBooths)));
  let server = await start();
  const database = openPool(postgres.connection, () => undefined);
  return {
    origin: configuration.origin,
    taxOfficeOrigin,
    stateDir: configuration.stateDir,
    database,
    booths,
    events,
    async restart() {
      await server.stop();
      server = await start();
    },
    async reportDocument(report) {
      await write('reported.json', [report]);
      await server.stop();
      server = await start();
    },
    async startTwin() {
      const twinPort = await freePort();
      const twin = await startServer({ ...configuration, port: twinPort }, (event) => events.push(event), () => Promise.resolve(testBoothPool(booths)));
      return { origin: `http://localhost:${twinPort}`, stop: () => twin.stop() };
    },
    async spawnTwin() {
      const twinPort = await freePort();
      const twin = spawn(process.execPath, [path.join(import.meta.dirname, 'killable-server.ts')], {
        env: { ...environment, PATH: process.env['PATH'], VISAVIS_PORT: String(twinPort), VISAVIS_ORIGIN: configuration.origin },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      const ended = new Promise((resolve) => twin.once('exit', resolve));
      const ready = new Promise((resolve) => twin.stdout!.once('data', resolve));
      await Promise.race([ready, ended.then((code) => Promise.reject(new Error(`a server ended before it was ready: ${String(code)}`)))]);
      return {
        origin: `http://localhost:${twinPort}`,
        stop: async () => {
          twin.kill('SIGKILL');
          await ended;
        },
      };
    },
    killDatabase: () => process.kill(postgres.pid, 'SIGKILL'),
    async stop() {
      await server.stop();
      await database.end();
      await postgres.stop();
      await rm(folder, { recursive: true });
      await rm(dataDir, { recursive: true });
    },
  };
}

/** What a pool says behind whose walls nothing is missing. */
export const standingWalls: Walls = {
  kind: 'bubblewrap',
  unprivilegedUser: true,
  noNetwork: true,
  readOnlyRoot: true,
  noWritablePath: true,
  noDevices: true,
  noPrivileges: true,
  systemCallFilter: true,
  noCoreDump: true,
  memoryBound: true,
  timeBound: true,
  noSwap: true,
};

/** Booths that do nothing by themselves. */
export function testBoothPool(booths: Map<string, TestBooth>, mostBooths = 1_000_000): BoothPool {
  let inUse = 0;
  const ends = new Set<(outcome: 'failed', codes: readonly string[]) => void>();
  return {
    async open({ enrolmentId, consentId, onEvent }) {
      if (inUse >= mostBooths) return err(boothFaults.fault('BOOTH_NONE_FREE'));
      inUse += 1;
      const { privateKey, publicKey } = await generateKeyPair('ES256');
      const { kty, crv, x, y } = await exportJWK(publicKey);
      let resolveEnded: (end: { outcome: 'accept' | 'reject' | 'failed'; codes: readonly string[] }) => void;
      const ended = new Promise<{ outcome: 'accept' | 'reject' | 'failed'; codes: readonly string[] }>((resolve) => {
        resolveEnded = resolve;
      });
      const end = (outcome: 'accept' | 'reject' | 'failed', codes: readonly string[]): void => resolveEnded({ outcome, codes });
      ends.add(end);
      void ended.then(() => (inUse -= 1));
      const received: (Uint8Array | string)[] = [];
      const closed: string[] = [];
      let send: (sealed: Uint8Array) => Promise<void> | undefined = () => undefined;
      let behind: Promise<void> | undefined;
      booths.set(enrolmentId, { verdictKey: privateKey, consentId, received, send: (sealed) => send(sealed), tell: (event) => onEvent({ event }), end, closed, stopReading: () => {
          const reading = Promise.withResolvers<void>();
          behind = reading.promise;
          return () => {
            behind = undefined;
            reading.resolve();
          };
        } });
      return ok({
        keys: { channelKey: Buffer.concat([Buffer.of(4), randomBytes(64)]).toString('base64url'), verdictKey: { kty, crv, x, y } as P256PublicJwk },
        receive: (message: Uint8Array | string) => {
          received.push(message);
          return behind;
        },
        onSend: (to: (sealed: Uint8Array) => Promise<void> | undefined) => {
          send = to;
        },
        close: (reason: string) => {
          closed.push(reason);
          end('failed', [reason]);
          return Promise.resolve();
        },
        ended,
      });
    },
    // Told how many the test wants, or as many as anybody could.
    rooms: () => ({ booths: { most: mostBooths, inUse }, faceRooms: { most: mostBooths, inUse: 0, waiting: 0 } }),
    estimateWaitMs: (place) => place * 1000,
    walls: () => standingWalls,
    close: () => {
      for (const end of ends) end('failed', ['BOOTH_SHUT_DOWN']);
      return Promise.resolve();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
