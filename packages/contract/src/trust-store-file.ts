import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256, hexadecimal. */
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const at = z.iso.datetime();
const use = z.enum(['anchor', 'newKey', 'nothing']);

/** Where a part of the store came from: number of an entry of `imports`. */
const from = z.int().min(0);

/** Every certificate that was ever on an imported list, also those that are not trusted: what is not here was on no list. */
const storedCertificate = z.strictObject({
  der: z.base64().max(16_384),
  from,
  role: z.enum(['root', 'link']).optional(),
  status: z.enum(['trusted', 'expired', 'refused']),
  code: z.string().max(64).optional(),
  notes: z.array(z.string().max(64)).max(8),
  vouchedBy: sha256Hex.optional(),
  use,
});

/** One file that an operator brought in, and what became of it. */
const trustImport = z.strictObject({
  at,
  /** The person or office, in the operator's own words. */
  by: z.string().min(1).max(200),
  kind: z.enum(['masterList', 'certificate', 'crl', 'deviationList']),
  file: z.string().min(1).max(200),
  /** Of the file as it was read. */
  sha256: sha256Hex,
  /** Lists: who published it, and which anchor of the operator's stands behind it. */
  country: z.string().max(16).optional(),
  anchor: sha256Hex.optional(),
  signedAt: at.optional(),
  /** Link certificates' keys were taken as anchors. */
  acceptedLinks: z.boolean(),
});

const trustStoreContents = z.strictObject({
  format: z.literal('visavis-trust-store/1'),
  /** One more with every change. */
  version: z.int().min(1),
  /** SHA-256 of the store that this one changed, as a file. */
  previous: sha256Hex.optional(),
  imports: z.array(trustImport).min(1).max(100_000),
  certificates: z.array(storedCertificate).max(20_000),
  crls: z.array(z.strictObject({ der: z.base64().max(8_000_000), from })).max(500),
  /** CMS; verified again whenever they are read. */
  deviationLists: z.array(z.strictObject({ cms: z.base64().max(16_000_000), from })).max(200),
});
export type TrustStoreFileContents = z.infer<typeof trustStoreContents>;

const trustStoreFile = z.strictObject({ store: trustStoreContents, signature: z.base64().max(200) });

const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;
/**
 * What documents are judged by: authorities, and link certificates' new keys where the operator took them on. Expired
 * ones are in it: whoever judges at a time asks for validity at that time.
 */
export function anchorsOf(store: TrustStoreFileContents): { readonly cscaCertificates: string[]; readonly crls: string[] } {
  const isAnchor = (stored: TrustStoreFileContents['certificates'][number]): boolean => stored.status !== 'refused' && (stored.use === 'anchor' || (stored.use === 'newKey' && store.imports[stored.from]?.acceptedLinks === true));
  return { cscaCertificates: store.certificates.filter(isAnchor).map(({ der }) => der), crls: store.crls.map(({ der }) => der) };
}

/** So that a signature over a store is one over nothing else. */
const signedBytes = (store: TrustStoreFileContents): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`visavis trust store\n${canonicalJson(store)}`);

/** The store as a file: canonical JSON, one line, signed by the operator's P-256 key. */
export async function signTrustStore(store: TrustStoreFileContents, operatorKey: CryptoKey): Promise<string> {
  const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, operatorKey, signedBytes(store)));
  return `${canonicalJson({ store, signature: btoa(String.fromCharCode(...signature)) })}\n`;
}

/**
 * Reads a store. Establishes that the holder of the operator's key signed exactly this text; nothing in it is believed
 * before. There is one way to write a store: spaces, another order or a key twice are refused.
 * @param text from a disk
 * @param operatorKey chosen by who reads, never taken from the file
 */
export async function readTrustStoreFile(text: string, operatorKey: CryptoKey): Promise<TrustStoreFileContents | 'malformed' | 'notSigned'> {
  const parsed = trustStoreFile.safeParse(parseJson(text));
  if (!parsed.success || `${canonicalJson(parsed.data)}\n` !== text) return 'malformed';
  const { store, signature } = parsed.data;
  const bytes = Uint8Array.from(atob(signature), (c) => c.charCodeAt(0));
  if (!(await crypto.subtle.verify(ALGORITHM, operatorKey, bytes, signedBytes(store)))) return 'notSigned';
  return store.certificates.every(isOfAnImport(store)) && store.crls.every(isOfAnImport(store)) && store.deviationLists.every(isOfAnImport(store)) ? store : 'malformed';
}

const isOfAnImport = (store: TrustStoreFileContents) => (part: { readonly from: number }): boolean => part.from < store.imports.length;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
