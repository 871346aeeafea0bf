import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type BoothPool, createBoothPool } from '@visavis/booth';
import type { TrustAnchors } from '@visavis/contract';
import { bindKeyStore, createListedDocumentRegister, migrate, noCivilRegistry, openTransparencyLog, publishFigures, purge, type Registry, type RelyingParty } from '@visavis/registry';
import { createProvider, franceConnectMount, type Mount, type ProviderParts, type SigninDesk, strictMount } from '@visavis/signin';
import type pg from 'pg';
import { createBoothDesk } from './booth-desk.ts';
import { buildApp } from './build-app.ts';
import type { ServerConfiguration } from './configuration.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { createCounter, waitClass } from './counter.ts';
import { createEnrolmentQueue } from './enrolment-queue.ts';
import type { EventLog } from './event-log.ts';
import { openFileKeyStore } from './file-key-store.ts';
import { createHttpCivilRegistry } from './http-civil-registry.ts';
import { logChanges } from './log-changes.ts';
import { openSecrets } from './open-secrets.ts';
import { openPool } from './open-pool.ts';
import type { OperatorSigner } from './operator-signer.ts';
import { readDocumentReports, readServices, readTrustAnchors } from './read-input-files.ts';
import { requireWalls } from './require-walls.ts';
import { keepSignerChild } from './signer/keep-signer-child.ts';
import { openOperatorSigner } from './signer/open-operator-signer.ts';

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PURGE_EVERY_MS = 60_000;
/** Classes that read the state's whole register, or the whole key store. */
const PURGE_LISTS_EVERY_MS = 24 * 3600 * 1000;
/** Spoken by the passkey store of the citizen's device. */
const SITE_NAME = 'Visavis';

/** Wires the rooms and starts everything, in order; what was started is stopped again when a later step fails. */
export async function startServer(configuration: ServerConfiguration, log: EventLog, openBoothPool: (configuration: ServerConfiguration, trustAnchors: TrustAnchors) => Promise<BoothPool> = defaultBoothPool): Promise<RunningServer> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    // The ways in which services may speak to this server.
    const mounts: readonly Mount[] = [strictMount, franceConnectMount(configuration.civilRegistryUrl === undefined ? noCivilRegistry : createHttpCivilRegistry(configuration.civilRegistryUrl))];
    const [trustAnchors, services, reports] = [await readTrustAnchors(configuration), await readServices(configuration, mounts), await readDocumentReports(configuration)];
    const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
    const signer = await startSigner(configuration, log, stops);
    const secrets = await openSecrets(configuration.stateDir, random);

    let connection: pg.PoolConfig;
    if (configuration.databaseUrl === undefined) {
      const postgres = await startEmbeddedPostgres({ dataDir: configuration.postgresDir, onCrash: () => log({ event: 'registry.databaseEnded' }) });
      stops.push(() => postgres.stop());
      connection = postgres.connection;
    } else {
      connection = { connectionString: configuration.databaseUrl };
    }
    const pool = openPool(connection, () => log({ event: 'registry.connectionLost' }));
    stops.push(() => pool.end());
    await migrate(pool);

    const transparencyLog = await openTransparencyLog({ pool, random, logKey: signer.logKey, signCheckpoint: (request) => signer.signCheckpoint(request), onFault: () => log({ event: 'log.sealingFailed' }) });
    stops.push(() => transparencyLog.close());

    const keyStore = await openFileKeyStore(configuration.keyStoreDir, random);
    const { documentTagKey, personTagKey } = secrets;
    const registry: Registry = { pool, clock: () => Date.now(), random, documentRegister: createListedDocumentRegister(reports), documentTagKey, personTagKey, keyStore, log: transparencyLog };
    if (!(await bindKeyStore(registry))) log({ event: 'registry.keyStoreForeign' });
    await logChanges(registry, { signer, trustAnchors, trustAnchorsFile: configuration.trustAnchorsFile, signinKeys: secrets.signinKeys.jwks.keys });
    stops.push(keepPurging(registry, signer, log));

    const boothPool = await openBoothPool(configuration, trustAnchors);
    let receipts: (() => Promise<void>) | undefined;
    stops.push(async () => {
      await boothPool.close();
      await receipts?.();
    });
    requireWalls(configuration.mode, boothPool.walls(), log);

    const relyingParty: RelyingParty = { rpId: new URL(configuration.origin).hostname, rpName: SITE_NAME, origin: configuration.origin };
    const parts: ProviderParts = {
      registry,
      origin: configuration.origin,
      keys: secrets.signinKeys,
      services,
      interactionUrl: (uid) => `${configuration.origin}/sign-in/${uid}`,
      callsOwnMachine: configuration.mode === 'demo',
    };
    const mounted = mounts.map((mount) => createProvider(mount, parts));
    for (const { provider } of mounted) {
      provider.on('server_error', () => log({ event: 'provider.failed' }));
      provider.on('backchannel.error', () => log({ event: 'provider.logoutNotTold' }));
    }
    const signinDesk: SigninDesk = { registry, mounted, services, relyingParty };
    const boothsPerNetwork = configuration.boothsPerAddress ?? Math.ceil(boothPool.rooms().booths.most / 2);
    const count = createCounter(registry, log);
    const queue = createEnrolmentQueue(boothPool, registry.clock, { places: configuration.queuePlaces, boothsPerNetwork }, (waitedMs) => count(`waited ${waitClass(waitedMs)}`));
    const boothDesk = createBoothDesk({ pool: queue.pool, registry, signer, trustAnchors, log, count });
    receipts = () => boothDesk.settled();

    const app = await buildApp({ configuration, registry, boothPool, boothDesk, queue, signinDesk, signer, relyingParty, log });
    stops.push(() => app.close());
    await app.listen({ host: configuration.host, port: configuration.port });
    return { url: configuration.origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Purges and publishes what each day came to. @returns a function that stops it and waits for the run at work */
function keepPurging(registry: Registry, signer: OperatorSigner, log: EventLog): () => Promise<void> {
  let running: Promise<void> | undefined;
  let listsAtMs = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    try {
      const listsDue = registry.clock() - listsAtMs >= PURGE_LISTS_EVERY_MS;
      const { unfinished } = await purge(registry, (claims) => signer.signReceipt(claims), listsDue ? 'all' : 'withoutLists');
      if (listsDue) listsAtMs = registry.clock();
      if (unfinished !== 0) log({ event: 'registry.erasureUnfinished' });
      await publishFigures(registry);
    } catch {
      log({ event: 'registry.purgeFailed' });
    }
    running = undefined;
  };
  const start = (): void => {
    running ??= run();
  };
  // At once: an erasure that the last crash cut is finished before anybody asks.
  start();
  const timer = setInterval(start, PURGE_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** The signer that is there, or one of our own. */
async function startSigner(configuration: ServerConfiguration, log: EventLog, stops: (() => Promise<unknown>)[]): Promise<OperatorSigner> {
  const { signerSocket, signerDir, logOrigin, stateDir } = configuration;
  if (signerSocket !== undefined) {
    const opened = await openOperatorSigner({ socketPath: signerSocket });
    stops.push(() => Promise.resolve(opened.close()));
    return opened.signer;
  }
  const child = keepSignerChild({ dir: signerDir, logOrigin, adoptOperatorKey: path.join(stateDir, 'operator-key.json'), onEnded: () => log({ event: 'signer.ended' }) });
  stops.push(() => child.stop());
  const opened = await openOperatorSigner(child);
  stops.push(() => Promise.resolve(opened.close()));
  return opened.signer;
}

/** Cells beyond those in use, started ahead. */
const defaultBoothPool = (configuration: ServerConfiguration, trustAnchors: TrustAnchors): Promise<BoothPool> =>
  createBoothPool({
    chipCells: { ready: 2, most: configuration.booths + 2 },
    faceCells: { ready: 1, most: configuration.booths },
    modelsDir: configuration.modelsDir,
    trustAnchors,
  });
