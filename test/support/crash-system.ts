import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Enrolled, EnrolmentProgress, EnrolmentRefusal } from '@visavis/client';
import type { Result } from '@visavis/kernel';
import { createSpecimenState, type Passport } from '@visavis/specimen';
import type pg from 'pg';
import type { PresenterCamera } from '../../apps/cli/src/citizen/presenter-camera.ts';
import { type CitizenDevice, createCitizenDevice, enrolCitizen } from '../../apps/cli/src/citizen/enrol-citizen.ts';
import { freePort } from '../../apps/cli/src/system/free-port.ts';
import { processTree } from '../../apps/cli/src/system/process-tree.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/server/src/embedded-postgres.ts';
import type { LoggedEvent } from '../../apps/server/src/event-log.ts';
import { openPool } from '../../apps/server/src/open-pool.ts';
import { testPortrait } from '../../packages/specimen/src/test-portrait.ts';
import type { Lie } from '../../packages/booth/src/face-cell/lying.fixture.ts';
import { anchorsOf, passportInHand } from './passport-in-hand.ts';

/** A server that a test kills, its database that a test kills, and a made-up state in the test's hands. */
export interface CrashSystem {
  readonly url: string;
  /** The server's state folder: keys and, beside the database, everything else it keeps. */
  readonly stateDir: string;
  readonly keyStoreDir: string;
  /** Comes back by itself when the database does. */
  readonly database: pg.Pool;
  /** Everything the server logged, over all its lives. */
  readonly events: readonly LoggedEvent[];
  readonly serverPid: number;
  readonly databasePid: number;
  mint(): Passport;
  /** Waits until one cell of each kind waits and none serves. @returns their process ids */
  settled(): Promise<Cells>;
  cells(): Cells;
  killServer(): Promise<void>;
  /** Unless it lives. */
  startServer(): Promise<void>;
  /** Waits until the database answers and the server says that it is well. */
  wellAgain(): Promise<void>;
  enrol(o: Attempt): Promise<Result<Enrolled, EnrolmentRefusal>>;
  stop(): Promise<void>;
}

export interface Cells {
  readonly chip: readonly number[];
  readonly face: readonly number[];
}

export interface Attempt {
  readonly passport: Passport;
  readonly onProgress?: (progress: EnrolmentProgress) => void;
  /** Changes the device or what lies between it and the server. */
  readonly device?: (device: CitizenDevice) => CitizenDevice;
}

const READY_MS = 60_000;
const FRAME_EVERY_MS = 15;
const CELL = /^[^ ]*node .*(chip-cell|face-cell)/;

/**
 * The real server with real chip cells, real client, chip and database; its face cells say yes to everything.
 * @param lie what they try beside that
 */
export async function startCrashSystem(o: { readonly lie?: Lie; readonly port?: number; readonly settings?: Readonly<Record<string, string>> } = {}): Promise<CrashSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'visavis-crash-'));
  const dataDir = await mkdtemp('/var/tmp/visavis-crash-pg-');
  const state = createSpecimenState({ seed: 'a state of the crash matrix', nowMs: Date.now() });
  const anchorsFile = join(folder, 'trust-anchors.json');
  await writeFile(anchorsFile, JSON.stringify({ specimen: true, ...anchorsOf(state) }));
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const stateDir = join(folder, 'server');
  const keyStoreDir = join(folder, 'identity-keys');
  const environment = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    VISAVIS_MODE: 'demo',
    VISAVIS_PORT: String(port),
    VISAVIS_STATE_DIR: stateDir,
    VISAVIS_KEYSTORE_DIR: keyStoreDir,
    VISAVIS_SITE_DIR: join(folder, 'site'),
    VISAVIS_TRUST_ANCHORS_FILE: anchorsFile,
    VISAVIS_ENROLMENTS_PER_MINUTE: '10000',
    VISAVIS_BOOTHS_PER_ADDRESS: '64',
    DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(postgres.connection.host)}`,
    ...o.settings,
  };
  const events: LoggedEvent[] = [];
  let server: ChildProcess | undefined;
  const startServer = async (): Promise<void> => {
    const started = spawn(process.execPath, [join(import.meta.dirname, 'crash-server.ts'), o.lie ?? 'onlyLies', String(o.port ?? 0)], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    server = started;
    const lines = createInterface({ input: started.stdout });
    await new Promise<void>((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error('the server did not start')), READY_MS);
      started.once('exit', () => reject(new Error('the server ended while it started')));
      lines.on('line', (line) => {
        const said = JSON.parse(line) as LoggedEvent & { readonly ready?: true };
        if (said.ready !== true) events.push(said);
        else {
          clearTimeout(tooLate);
          resolve();
        }
      });
    });
  };
  const killServer = async (): Promise<void> => {
    const victim = server!;
    if (victim.exitCode !== null || victim.signalCode !== null) return;
    const gone = new Promise((resolve) => victim.once('exit', resolve));
    victim.kill('SIGKILL');
    await gone;
  };
  await startServer();
  const database = openPool(postgres.connection, () => undefined);
  const cells = (): Cells => {
    const found = processTree(server!.pid!).map(({ pid, commandLine }) => ({ pid, kind: CELL.exec(commandLine)?.[1] }));
    return { chip: found.filter(({ kind }) => kind === 'chip-cell').map(({ pid }) => pid), face: found.filter(({ kind }) => kind === 'face-cell').map(({ pid }) => pid) };
  };
  return {
    url,
    stateDir,
    keyStoreDir,
    database,
    events,
    get serverPid() {
      return server!.pid!;
    },
    get databasePid() {
      return postgres.pid;
    },
    mint: () =>
      state.mintPassport({ portrait: testPortrait, familyName: 'SPECIMEN', givenNames: `ANNA ${randomName()}`, dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female', access: 'paceAndBac', authentication: 'chipAuthentication' }),
    cells,
    async settled() {
      await until(() => cells().chip.length === 1 && cells().face.length === 1, 'one cell of each kind waits');
      return cells();
    },
    killServer,
    async startServer() {
      if (server!.exitCode !== null || server!.signalCode !== null) await startServer();
    },
    async wellAgain() {
      await until(() => fetch(`${url}/health`).then(({ status }) => status === 200, () => false), 'the server is well');
      await until(() => database.query('SELECT 1').then(() => true, () => false), 'the database answers');
    },
    enrol: ({ passport, onProgress, device }) =>
      enrolCitizen({ device: (device ?? ((same) => same))(createCitizenDevice(url)), passport: passportInHand(passport), camera: blindCamera(), onProgress: onProgress ?? (() => undefined) }),
    async stop() {
      const stopped = server!;
      const gone = new Promise((resolve) => stopped.once('exit', resolve));
      if (stopped.exitCode === null && stopped.signalCode === null && stopped.kill('SIGKILL')) await gone;
      await database.end();
      await postgres.stop();
      await rm(folder, { recursive: true });
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Two people of one name and birth date would be taken for one. */
const randomName = (): string => Array.from(randomBytes(8), (byte) => String.fromCharCode(65 + (byte % 26))).join('');

/** Frames that nobody looks at. */
function blindCamera(): PresenterCamera {
  let running = false;
  return {
    start: () => {
      running = true;
      return Promise.resolve();
    },
    async nextFrame() {
      await delay(FRAME_EVERY_MS);
      return running ? { jpeg: testPortrait, capturedAtMs: performance.now() } : undefined;
    },
    stop: () => {
      running = false;
    },
    lastFrameAtMs: () => Date.now(),
    onProgress: () => undefined,
  };
}

/** Is it so by then? For what the other side does in its own time. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(25);
  }
}
