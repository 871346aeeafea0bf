/** This service's settings, by their environment variables. */
export interface BankConfiguration {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach this service. */
  readonly origin: string;
  /** The identity service's issuer URL, exactly as its discovery document says. */
  readonly issuer: string;
  readonly clientId: string;
}

const NAMES = ['BANK_HOST', 'BANK_PORT', 'BANK_ORIGIN', 'BANK_ISSUER', 'BANK_CLIENT_ID'];

/** Reads the settings once. Throws on an unknown `BANK_*` key and on an ill-formed value. */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): BankConfiguration {
  const unknown = Object.keys(environment).filter((key) => key.startsWith('BANK_') && !NAMES.includes(key));
  if (unknown.length > 0) throw new Error(`configuration refused: unknown setting ${unknown.join(', ')}`);
  const port = Number(environment['BANK_PORT'] ?? '8082');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('configuration refused: BANK_PORT must be a port number');
  const origin = environment['BANK_ORIGIN'] ?? `http://localhost:${port}`;
  if (URL.parse(origin)?.origin !== origin) throw new Error('configuration refused: BANK_ORIGIN must be an origin');
  return { host: environment['BANK_HOST'] ?? '127.0.0.1', port, origin, issuer: environment['BANK_ISSUER'] ?? 'http://localhost:8080/oidc', clientId: environment['BANK_CLIENT_ID'] ?? 'bank' };
}
