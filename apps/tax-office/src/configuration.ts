/** This service's settings, by their environment variables. */
export interface TaxOfficeConfiguration {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach this service. */
  readonly origin: string;
  /** The identity service's issuer URL, exactly as its discovery document says. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out: a public client, held by PKCE alone. */
  readonly clientSecret: string | undefined;
}

const NAMES = ['TAX_OFFICE_HOST', 'TAX_OFFICE_PORT', 'TAX_OFFICE_ORIGIN', 'TAX_OFFICE_ISSUER', 'TAX_OFFICE_CLIENT_ID', 'TAX_OFFICE_CLIENT_SECRET'];

/** Reads the settings once. Throws on an unknown `TAX_OFFICE_*` key and on an ill-formed value. */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): TaxOfficeConfiguration {
  const unknown = Object.keys(environment).filter((key) => key.startsWith('TAX_OFFICE_') && !NAMES.includes(key));
  if (unknown.length > 0) throw new Error(`configuration refused: unknown setting ${unknown.join(', ')}`);
  const port = Number(environment['TAX_OFFICE_PORT'] ?? '8081');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('configuration refused: TAX_OFFICE_PORT must be a port number');
  const origin = environment['TAX_OFFICE_ORIGIN'] ?? `http://localhost:${port}`;
  if (URL.parse(origin)?.origin !== origin) throw new Error('configuration refused: TAX_OFFICE_ORIGIN must be an origin');
  return {
    host: environment['TAX_OFFICE_HOST'] ?? '127.0.0.1',
    port,
    origin,
    issuer: environment['TAX_OFFICE_ISSUER'] ?? 'http://localhost:8080/oidc',
    clientId: environment['TAX_OFFICE_CLIENT_ID'] ?? 'tax-office',
    clientSecret: environment['TAX_OFFICE_CLIENT_SECRET'],
  };
}
