import { parseCertificate, parseCrl, parseSignedData, readLdif } from '@visavis/emrtd';
import { err, ok, type Result } from '@visavis/kernel';
import { trustCommandFaults } from './faults.ts';

/** What one file brings. An LDIF file may bring many. */
export interface TrustSource {
  readonly kind: 'masterList' | 'certificate' | 'crl' | 'deviationList';
  readonly bytes: Uint8Array;
}

const KIND_OF_CONTENT: Readonly<Record<string, TrustSource['kind']>> = { '2.23.136.1.1.2': 'masterList', '2.23.136.1.1.7': 'deviationList' };

/** Tells by its content what a file is: DER, PEM or LDIF. Establishes nothing more. @faults TRUST_FILE_UNKNOWN */
export function trustSources(bytes: Uint8Array, file: string): Result<readonly TrustSource[]> {
  const sources = bytes[0] === 0x30 ? [ofDer(bytes)] : ofText(new TextDecoder().decode(bytes));
  const known = sources?.filter((source) => source !== undefined) ?? [];
  return known.length === 0 || known.length !== sources?.length ? err(trustCommandFaults.fault('TRUST_FILE_UNKNOWN', { file })) : ok(known);
}

function ofDer(bytes: Uint8Array): TrustSource | undefined {
  const contentType = parseSignedData(bytes)?.contentType;
  if (contentType !== undefined) {
    const kind = Object.hasOwn(KIND_OF_CONTENT, contentType) ? KIND_OF_CONTENT[contentType] : undefined;
    return kind && { kind, bytes };
  }
  if (parseCrl(bytes) !== undefined) return { kind: 'crl', bytes };
  return parseCertificate(bytes) === undefined ? undefined : { kind: 'certificate', bytes };
}

function ofText(text: string): readonly (TrustSource | undefined)[] | undefined {
  const pems = [...text.matchAll(/-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END/g)];
  if (pems.length > 0) return pems.map(([, base64]) => ofDer(new Uint8Array(Buffer.from(base64!.replaceAll(/\s/g, ''), 'base64'))));
  const ldif = readLdif(text);
  return ldif && [...ldif.masterLists.map((list) => ({ kind: 'masterList', bytes: list }) as const), ...ldif.crls.map((crl) => ({ kind: 'crl', bytes: crl }) as const)];
}
