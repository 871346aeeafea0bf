import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

// `URL.parse`: the refinement also sees what is no URL at all.
const httpOrigin = z.url({ protocol: /^https?$/ }).refine((value) => URL.parse(value)?.origin === value, 'an origin has no path, no query and no trailing slash');

/** Every setting of the server, by its environment variable. A key that is not here refuses to start. */
const environmentSchema = z.strictObject({
  /** `demo` is the only mode in which a made-up state's anchors are accepted. */
  VISAVIS_MODE: z.enum(['production', 'demo']).default('production'),
  VISAVIS_HOST: z.string().min(1).default('127.0.0.1'),
  VISAVIS_PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  /** Where citizens' browsers reach this server; passkeys belong to its host name. */
  VISAVIS_ORIGIN: httpOrigin.optional(),
  /** Keys and the embedded database; must not lie in version control. */
  VISAVIS_STATE_DIR: z.string().min(1).default(path.join(repository, '.state/server')),
  /** Where a signer that was started by itself listens. Without it the server starts one as its own child. */
  VISAVIS_SIGNER_SOCKET: z.string().min(1).max(107).optional(),
  /** The folder of the signer that the server starts: its keys, and the last state of the log that it signed. */
  VISAVIS_SIGNER_DIR: z.string().min(1).optional(),
  /** The transparency log's name, used by the signer that the server starts when it makes the log's key, and never again. */
  VISAVIS_LOG_ORIGIN: z.string().min(1).max(255).regex(/^[^\s+]+$/).optional(),
  /** The embedded PostgreSQL's files. */
  VISAVIS_POSTGRES_DIR: z.string().min(1).optional(),
  /** One file per identity with the key that makes its rows readable: apart from the database, and never in its backups. */
  VISAVIS_KEYSTORE_DIR: z.string().min(1).optional(),
  /** A PostgreSQL to use instead of the embedded one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** JSON `trustAnchors`, or a signed trust store (see the next setting). Without it no document is genuine. */
  VISAVIS_TRUST_ANCHORS_FILE: z.string().min(1).optional(),
  /** The operator's public key (PEM, P-256): VISAVIS_TRUST_ANCHORS_FILE is then a store that `visavis trust` made, and nothing else. */
  VISAVIS_TRUST_STORE_KEY_FILE: z.string().min(1).optional(),
  /** JSON list of services that may sign people in. Without it there are none. */
  VISAVIS_SERVICES_FILE: z.string().min(1).optional(),
  /** JSON list of `{ issuingState, documentNumber, status? }`: reported lost or stolen, or with status `holderDeceased`. */
  VISAVIS_DOCUMENT_REGISTER_FILE: z.string().min(1).optional(),
  /** The civil registry's origin (`POST /civil-records`), inside the operator's own network. Without it what only it could prove is absent. */
  VISAVIS_CIVIL_REGISTRY_URL: httpOrigin.optional(),
  /** The built site. */
  VISAVIS_SITE_DIR: z.string().min(1).default(path.join(repository, 'apps/web/dist')),
  /** Sealed rooms that may be in use at once. */
  VISAVIS_BOOTHS: z.coerce.number().int().min(1).max(64).default(2),
  /** Converted networks for the face cells. */
  VISAVIS_MODELS_DIR: z.string().min(1).default(path.join(repository, '.state/models')),
  /** The operator's own rules for comparing faces: a sealed face policy, its evidence, and the networks that it was measured with. Without it those that ship. */
  VISAVIS_FACE_DIR: z.string().min(1).optional(),
  /** Enrolments one network address may start per minute. */
  VISAVIS_ENROLMENTS_PER_MINUTE: z.coerce.number().int().min(1).max(10_000).default(30),
  /** Booths one network address may use at once; its people then wait while others are served. Half of the rooms unless set: behind an address that many share, people wait a little longer, and no single address has all rooms. */
  VISAVIS_BOOTHS_PER_ADDRESS: z.coerce.number().int().min(1).max(1000).optional(),
  /** People who may wait for a booth at once. */
  VISAVIS_QUEUE_PLACES: z.coerce.number().int().min(1).max(10_000).default(500),
  /** Comma-separated addresses or CIDR ranges of the proxies in front of this server: only what they forward is believed. */
  VISAVIS_TRUSTED_PROXIES: z.string().transform((list) => list.split(',').map((entry) => entry.trim())).pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(32)).optional(),
  /** Where weaknesses are reported (`mailto:` or https), for /.well-known/security.txt. Without it there is none. */
  VISAVIS_SECURITY_CONTACT: z.url({ protocol: /^(mailto|https)$/ }).max(300).regex(/^\S+$/).optional(),
  /** Demo only: where the made-up state mints passports. */
  VISAVIS_SPECIMEN_STATE_URL: httpOrigin.optional(),
  /** Demo only: the service linked after enrolment. */
  VISAVIS_DEMO_SERVICE_URL: z.url({ protocol: /^https?$/ }).optional(),
});

export interface ServerConfiguration {
  readonly mode: 'production' | 'demo';
  readonly host: string;
  readonly port: number;
  readonly origin: string;
  readonly stateDir: string;
  /** Set when somebody else runs the signer. */
  readonly signerSocket: string | undefined;
  readonly signerDir: string;
  readonly logOrigin: string;
  readonly postgresDir: string;
  readonly keyStoreDir: string;
  readonly databaseUrl: string | undefined;
  readonly trustAnchorsFile: string | undefined;
  readonly trustStoreKeyFile: string | undefined;
  readonly servicesFile: string | undefined;
  readonly documentRegisterFile: string | undefined;
  readonly civilRegistryUrl: string | undefined;
  readonly siteDir: string;
  readonly booths: number;
  readonly modelsDir: string;
  readonly faceDir: string | undefined;
  readonly enrolmentsPerMinute: number;
  /** Half of the rooms when undefined. */
  readonly boothsPerAddress: number | undefined;
  readonly queuePlaces: number;
  readonly trustedProxies: readonly string[];
  readonly securityContact: string | undefined;
  readonly specimenStateUrl: string | undefined;
  readonly demoServiceUrl: string | undefined;
}

/**
 * Reads the server's settings once. Throws, naming the setting, on an unknown `VISAVIS_*` key, an ill-formed value, a
 * demo setting outside the demo, and a site that browsers would not treat as secure.
 * @param environment the process environment; keys of other programs are ignored
 * @param isRoot PostgreSQL then runs as another user, who can't enter a closed state folder
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>, isRoot: boolean): ServerConfiguration {
  const ours = Object.fromEntries(Object.entries(environment).filter(([key, value]) => value !== undefined && (key.startsWith('VISAVIS_') || key === 'DATABASE_URL')));
  const parsed = environmentSchema.safeParse(ours);
  if (!parsed.success) throw new Error(`configuration refused:\n${z.prettifyError(parsed.error)}`);
  const settings = parsed.data;
  const origin = settings.VISAVIS_ORIGIN ?? `http://localhost:${settings.VISAVIS_PORT}`;
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'http:' && hostname !== 'localhost' && !hostname.endsWith('.localhost')) throw new Error('configuration refused: VISAVIS_ORIGIN must be https, or http on localhost');
  const { VISAVIS_CIVIL_REGISTRY_URL: civilRegistryUrl } = settings;
  if (civilRegistryUrl?.startsWith('http:') === true && !['localhost', '127.0.0.1'].includes(new URL(civilRegistryUrl).hostname)) throw new Error('configuration refused: VISAVIS_CIVIL_REGISTRY_URL must be https, or http on this machine');
  if (settings.VISAVIS_MODE !== 'demo' && (settings.VISAVIS_SPECIMEN_STATE_URL ?? settings.VISAVIS_DEMO_SERVICE_URL) !== undefined) {
    throw new Error('configuration refused: VISAVIS_SPECIMEN_STATE_URL and VISAVIS_DEMO_SERVICE_URL belong to VISAVIS_MODE=demo');
  }
  if (settings.VISAVIS_SIGNER_SOCKET !== undefined && (settings.VISAVIS_SIGNER_DIR ?? settings.VISAVIS_LOG_ORIGIN) !== undefined) {
    throw new Error('configuration refused: VISAVIS_SIGNER_DIR and VISAVIS_LOG_ORIGIN belong to the signer that the server starts; the one at VISAVIS_SIGNER_SOCKET has its own');
  }
  const stateDir = path.resolve(settings.VISAVIS_STATE_DIR);
  const outside = path.join('/var/tmp', `visavis-pg-data-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`);
  const postgresDir = path.resolve(settings.VISAVIS_POSTGRES_DIR ?? (isRoot ? outside : path.join(stateDir, 'postgres')));
  const keyStoreDir = path.resolve(settings.VISAVIS_KEYSTORE_DIR ?? path.join(stateDir, 'identity-keys'));
  // A copy of the database must not bring the keys along that make it readable.
  if (`${keyStoreDir}${path.sep}`.startsWith(`${postgresDir}${path.sep}`)) throw new Error("configuration refused: VISAVIS_KEYSTORE_DIR must not lie in the database's folder");
  return {
    mode: settings.VISAVIS_MODE,
    host: settings.VISAVIS_HOST,
    port: settings.VISAVIS_PORT,
    origin,
    stateDir,
    signerSocket: settings.VISAVIS_SIGNER_SOCKET,
    signerDir: path.resolve(settings.VISAVIS_SIGNER_DIR ?? path.join(stateDir, 'signer')),
    logOrigin: settings.VISAVIS_LOG_ORIGIN ?? `${new URL(origin).host}/log`,
    postgresDir,
    keyStoreDir,
    databaseUrl: settings.DATABASE_URL,
    trustAnchorsFile: settings.VISAVIS_TRUST_ANCHORS_FILE,
    trustStoreKeyFile: settings.VISAVIS_TRUST_STORE_KEY_FILE,
    servicesFile: settings.VISAVIS_SERVICES_FILE,
    documentRegisterFile: settings.VISAVIS_DOCUMENT_REGISTER_FILE,
    civilRegistryUrl,
    siteDir: path.resolve(settings.VISAVIS_SITE_DIR),
    booths: settings.VISAVIS_BOOTHS,
    modelsDir: path.resolve(settings.VISAVIS_MODELS_DIR),
    faceDir: settings.VISAVIS_FACE_DIR === undefined ? undefined : path.resolve(settings.VISAVIS_FACE_DIR),
    enrolmentsPerMinute: settings.VISAVIS_ENROLMENTS_PER_MINUTE,
    boothsPerAddress: settings.VISAVIS_BOOTHS_PER_ADDRESS,
    queuePlaces: settings.VISAVIS_QUEUE_PLACES,
    trustedProxies: settings.VISAVIS_TRUSTED_PROXIES ?? [],
    securityContact: settings.VISAVIS_SECURITY_CONTACT,
    specimenStateUrl: settings.VISAVIS_SPECIMEN_STATE_URL,
    demoServiceUrl: settings.VISAVIS_DEMO_SERVICE_URL,
  };
}
