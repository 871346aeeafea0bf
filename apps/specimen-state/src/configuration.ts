import { z } from 'zod';

const PREFIX = 'SPECIMEN_STATE_';

const httpOrigin = z.url({ protocol: /^https?$/ }).refine((value) => URL.parse(value)?.origin === value, 'an origin has no path, no query and no trailing slash');

/** Every setting, by its environment variable. A `SPECIMEN_STATE_` key that is not here refuses to start. */
const environmentSchema = z.strictObject({
  SPECIMEN_STATE_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free one; the ready line says which. */
  SPECIMEN_STATE_PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  /** Sites whose pages may call this server, comma-separated. */
  SPECIMEN_STATE_SITE_ORIGINS: z
    .string()
    .default('http://localhost:8080')
    .transform((list) => list.split(',').map((o) => o.trim()))
    .pipe(z.array(httpOrigin).max(8)),
  /** The state's keys come from it: the same seed gives the same trust anchors on the same day. */
  SPECIMEN_STATE_SEED: z.string().min(1).max(200).default('utopia'),
  /** Passports held at once, in memory only; about 25 kB each. */
  SPECIMEN_STATE_MAX_PASSPORTS: z.coerce.number().int().min(1).max(10_000).default(1000),
  SPECIMEN_STATE_PASSPORT_LIFETIME_MINUTES: z.coerce.number().int().min(1).max(1440).default(120),
});

export interface Configuration {
  readonly host: string;
  readonly port: number;
  readonly siteOrigins: readonly string[];
  readonly seed: string;
  readonly maxPassports: number;
  readonly passportLifetimeMs: number;
}

/** Reads the settings once. Throws, naming the setting, on an ill-formed value, an unknown key or any command-line argument. */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Configuration {
  if (argv.length > 0) throw new Error('configuration refused: this program takes its settings from the environment only');
  const ours = Object.fromEntries(Object.entries(environment).filter(([key, value]) => value !== undefined && key.startsWith(PREFIX)));
  const parsed = environmentSchema.safeParse(ours);
  if (!parsed.success) throw new Error(`configuration refused:\n${z.prettifyError(parsed.error)}`);
  const settings = parsed.data;
  return {
    host: settings.SPECIMEN_STATE_HOST,
    port: settings.SPECIMEN_STATE_PORT,
    siteOrigins: settings.SPECIMEN_STATE_SITE_ORIGINS,
    seed: settings.SPECIMEN_STATE_SEED,
    maxPassports: settings.SPECIMEN_STATE_MAX_PASSPORTS,
    passportLifetimeMs: settings.SPECIMEN_STATE_PASSPORT_LIFETIME_MINUTES * 60_000,
  };
}
