import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { anchorsOf, printedDocument, readTrustStoreFile, type TrustAnchors, trustAnchors } from '@visavis/contract';
import type { DocumentReport } from '@visavis/registry';
import { type Mount, parseServices, type Service } from '@visavis/signin';
import { z } from 'zod';
import type { ServerConfiguration } from './configuration.ts';
import { refuseToStart } from './refuse-to-start.ts';

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

/** Services that the operator registered. What can't be as it is written stops the start. */
export async function readServices(configuration: Pick<ServerConfiguration, 'servicesFile' | 'mode'>, mounts: readonly Mount[]): Promise<readonly Service[]> {
  const { servicesFile, mode } = configuration;
  if (servicesFile === undefined) return [];
  const services = parseServices(JSON.parse(await readFile(servicesFile, 'utf8')), mounts, mode === 'demo');
  if (!services.ok) throw refuseToStart('START_SERVICES_REFUSED', services.fault);
  return services.value;
}

export async function readDocumentReports(configuration: Pick<ServerConfiguration, 'documentRegisterFile'>): Promise<readonly DocumentReport[]> {
  return configuration.documentRegisterFile === undefined ? [] : readJson(configuration.documentRegisterFile, documentReports);
}

async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} refused:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
