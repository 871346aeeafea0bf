import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustAnchors, type TrustAnchors } from '@visavis/contract';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './start-process.ts';

export const repositoryRoot: string = join(import.meta.dirname, '../../../..');
/** Where script/setup puts the face networks. */
export const modelsDir: string = join(repositoryRoot, '.state/models');

export interface SystemOptions {
  /** Fixed for people, free for tests and benchmarks. */
  readonly ports: { readonly site: number; readonly taxOffice: number; readonly specimenState: number } | 'free';
  /** Keys, database and the files the server is configured with; without it they end with the system. */
  readonly stateDir?: string;
  /** Sealed rooms in use at once. */
  readonly booths: number;
  /** Trusted besides the running made-up state's own: tests bring a state of theirs. */
  readonly moreAnchors?: Pick<TrustAnchors, 'cscaCertificates' | 'crls'>;
  /** Reported lost or stolen. */
  readonly documentReports?: readonly { readonly issuingState: string; readonly documentNumber: string }[];
  readonly enrolmentsPerMinute?: number;
  /** Of the sealed rooms, how many one address may hold at once; half of them when left out. */
  readonly boothsPerAddress?: number;
  /** Keeps what the server writes out. */
  readonly serverLogFile?: string;
}

export interface System {
  readonly siteUrl: string;
  readonly taxOfficeUrl: string;
  readonly specimenStateUrl: string;
  readonly server: RunningProcess;
  readonly specimenState: RunningProcess;
  /** The same server again, on the same port, database and keys. */
  restartServer(): Promise<void>;
  stop(): Promise<void>;
}

/** For whoever has a service that was written for FranceConnect and a browser on this machine: docs/franceconnect.md. */
const franceConnectSandbox = {
  clientId: 'franceconnect-sandbox',
  mount: 'franceconnect',
  platform: 'low',
  name: 'FranceConnect sandbox',
  sector: 'sandbox',
  redirectUris: ['http://localhost:8085/callback'],
  postLogoutRedirectUris: ['http://localhost:8085/'],
  tokenEndpointAuthMethod: 'client_secret_post',
  clientSecret: 'franceconnect-sandbox-is-no-secret',
  idTokenSigning: 'HS256',
  purposes: ['to try it out'],
  claims: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email'],
};

/** What anybody knows of the services of the demonstration. */
export const demoServices = (taxOfficeUrl: string) => ({
  strict: { clientId: 'tax-office', redirectUri: `${taxOfficeUrl}/callback` },
  franceConnect: { clientId: franceConnectSandbox.clientId, clientSecret: franceConnectSandbox.clientSecret, redirectUri: franceConnectSandbox.redirectUris[0]! },
});

/** Starts the made-up state, the server and the tax office, each its own process, and wires them by files and addresses. */
export async function startSystem(o: SystemOptions): Promise<System> {
  const ports = o.ports === 'free' ? { site: await freePort(), taxOffice: await freePort(), specimenState: await freePort() } : o.ports;
  const siteUrl = `http://localhost:${ports.site}`;
  const taxOfficeUrl = `http://localhost:${ports.taxOffice}`;
  const throwaway = o.stateDir === undefined ? await mkdtemp(join(tmpdir(), 'visavis-')) : undefined;
  const stateDir = o.stateDir ?? throwaway!;
  // Beside it, not in it: a PostgreSQL that does not run as root must be able to enter.
  const throwawayDatabase = throwaway === undefined ? undefined : `${throwaway}-postgres`;
  const started: RunningProcess[] = [];
  const start = async (entry: string, environment: Readonly<Record<string, string>>, logFile?: string): Promise<RunningProcess> => {
    const running = await startProcess({ entry: join(repositoryRoot, entry), environment, cwd: repositoryRoot, logFile });
    started.push(running);
    return running;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((running) => running.stop()));
    for (const folder of [throwaway, throwawayDatabase]) if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const specimenState = await start('apps/specimen-state/src/main.ts', { SPECIMEN_STATE_PORT: String(ports.specimenState), SPECIMEN_STATE_SITE_ORIGINS: siteUrl });
    const specimenStateUrl = `http://localhost:${ports.specimenState}`;
    const environment: Record<string, string> = {
      VISAVIS_MODE: 'demo',
      VISAVIS_PORT: String(ports.site),
      VISAVIS_STATE_DIR: join(stateDir, 'server'),
      VISAVIS_MODELS_DIR: modelsDir,
      VISAVIS_BOOTHS: String(o.booths),
      VISAVIS_SPECIMEN_STATE_URL: specimenStateUrl,
      VISAVIS_DEMO_SERVICE_URL: taxOfficeUrl,
      VISAVIS_CIVIL_REGISTRY_URL: specimenStateUrl,
      VISAVIS_ENROLMENTS_PER_MINUTE: String(o.enrolmentsPerMinute ?? 30),
      ...(o.boothsPerAddress === undefined ? {} : { VISAVIS_BOOTHS_PER_ADDRESS: String(o.boothsPerAddress) }),
      VISAVIS_TRUST_ANCHORS_FILE: await writeInput(stateDir, 'trust-anchors.json', await anchorsOf(specimenStateUrl, o.moreAnchors)),
      VISAVIS_DOCUMENT_REGISTER_FILE: await writeInput(stateDir, 'document-register.json', o.documentReports ?? []),
      VISAVIS_SERVICES_FILE: await writeInput(stateDir, 'services.json', [
        { clientId: 'tax-office', name: 'Utopia Tax Office', redirectUris: [`${taxOfficeUrl}/callback`], purposes: ['To show you your tax account.'], claims: ['given_name', 'family_name', 'birthdate'] },
        franceConnectSandbox,
      ]),
      ...(throwawayDatabase === undefined ? {} : { VISAVIS_POSTGRES_DIR: throwawayDatabase }),
    };
    const startServer = (): Promise<RunningProcess> => start('apps/server/src/main.ts', environment, o.serverLogFile);
    let server = await startServer();
    await start('apps/tax-office/src/main.ts', { TAX_OFFICE_PORT: String(ports.taxOffice), TAX_OFFICE_ORIGIN: taxOfficeUrl, TAX_OFFICE_ISSUER: `${siteUrl}/oidc`, TAX_OFFICE_CLIENT_ID: 'tax-office' });
    return {
      siteUrl,
      taxOfficeUrl,
      specimenStateUrl,
      specimenState,
      get server() {
        return server;
      },
      async restartServer() {
        await server.stop();
        started.splice(started.indexOf(server), 1);
        server = await startServer();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function anchorsOf(specimenStateUrl: string, more: SystemOptions['moreAnchors']): Promise<TrustAnchors> {
  const anchors = trustAnchors.parse(await (await fetch(`${specimenStateUrl}/trust-anchors`)).json());
  return { specimen: true, cscaCertificates: [...anchors.cscaCertificates, ...(more?.cscaCertificates ?? [])], crls: [...anchors.crls, ...(more?.crls ?? [])] };
}

/** What an operator would keep in files beside the server. */
async function writeInput(stateDir: string, name: string, value: unknown): Promise<string> {
  await mkdir(stateDir, { recursive: true });
  const file = join(stateDir, name);
  await writeFile(file, JSON.stringify(value));
  return file;
}
