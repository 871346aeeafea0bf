import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { anchorsOf, printedDocument, readTrustStoreFile, type TrustAnchors, trustAnchors } from '@visavis/contract';
import type { DocumentReport } from '@visavis/registry';
import { SERVICE_CLAIMS, type Service } from '@visavis/signin';
import { z } from 'zod';
import type { ServerConfiguration } from './configuration.ts';
import { refuseToStart } from './refuse-to-start.ts';

const service = z.strictObject({
  clientId: z.string().regex(/^[a-z0-9-]{3,64}$/),
  /** Shown to the citizen. */
  name: z.string().min(1).max(80),
  redirectUris: z.array(z.url()).min(1).max(8),
  /** Left out: a public client, held by PKCE alone. */
  clientSecret: z.string().min(32).max(128).optional(),
  /** The most it may ever ask for. */
  claims: z.array(z.enum(SERVICE_CLAIMS)).min(1),
});

const documentReports = z.array(printedDocument.pick({ issuingState: true, documentNumber: true }).extend({ status: z.enum(['lostOrStolen', 'holderDeceased']).optional() })).max(1_000_000);

/** Issuing states whose documents are accepted. Refuses a made-up state outside the demo. */
export async function readTrustAnchors(configuration: Pick<ServerConfiguration, 'trustAnchorsFile' | 'trustStoreKeyFile' | 'mode'>): Promise<TrustAnchors> {
  const { trustAnchorsFile, trustStoreKeyFile } = configuration;
  if (trustAnchorsFile === undefined) return { specimen: false, cscaCertificates: [], crls: [] };
  const anchors = trustStoreKeyFile === undefined ? await readJson(trustAnchorsFile, trustAnchors) : await readSignedStore(trustAnchorsFile, trustStoreKeyFile);
  if (configuration.mode !== 'demo' && (anchors.specimen || anchors.cscaCertificates.some((certificate) => isUtopian(certificate)))) throw refuseToStart('START_SPECIMEN_ANCHOR');
  return anchors;
}

/** A store that the operator's key signed: one that anybody else wrote stops the start. */
async function readSignedStore(file: string, keyFile: string): Promise<TrustAnchors> {
  const jwk = createPublicKey(await readFile(keyFile, 'utf8')).export({ format: 'jwk' });
  const operatorKey = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  const store = await readTrustStoreFile(await readFile(file, 'utf8'), operatorKey);
  if (store === 'malformed' || store === 'notSigned') throw refuseToStart('START_TRUST_STORE_INVALID', [`${file}: ${store}`]);
  return { specimen: false, ...anchorsOf(store) };
}

/** `countryName` UT as DER: as PrintableString, as the standard wants it, and as UTF8String; in capitals or not. */
const UTOPIAN_COUNTRY = ['130255', '0c0255', '130275', '0c0275'].flatMap((start) => ['54', '74'].map((end) => Buffer.from(`0603550406${start}${end}`, 'hex')));

/**
 * Utopia's certificates carry the country code UT, which ISO 3166 gives to nobody: a made-up state is one also when
 * its file does not say so.
 */
const isUtopian = (certificate: string): boolean => UTOPIAN_COUNTRY.some((attribute) => Buffer.from(certificate, 'base64').includes(attribute));

export async function readServices(configuration: Pick<ServerConfiguration, 'servicesFile'>): Promise<readonly Service[]> {
  if (configuration.servicesFile === undefined) return [];
  const services = await readJson(configuration.servicesFile, z.array(service).max(10_000));
  if (new Set(services.map(({ clientId }) => clientId)).size !== services.length) throw new Error('services refused: two services with one clientId');
  return services.map(({ clientSecret, ...rest }) => (clientSecret === undefined ? rest : { ...rest, clientSecret }));
}

export async function readDocumentReports(configuration: Pick<ServerConfiguration, 'documentRegisterFile'>): Promise<readonly DocumentReport[]> {
  return configuration.documentRegisterFile === undefined ? [] : readJson(configuration.documentRegisterFile, documentReports);
}

async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} refused:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
