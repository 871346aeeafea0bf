import { type Bytes, utf8 } from '@visavis/kernel';
import { z } from 'zod';
import { passkeyAnswer } from './account-api.ts';
import { base64Url, randomId } from './primitives.ts';
import { levelOfAssurance } from './verdict.ts';

/**
 * The citizen's own history of sign-ins, by session cookie. Each sign-in is sealed to a key pair that the citizen's
 * device made; the server holds the public half and copies of the private half that only a passkey's PRF secret or a
 * printed code opens.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `GET /api/account/history` | | historyKeys; 401 SIGN_IN_NEEDED |
 * | `GET /api/account/history/entries?after=` | | historyPage, in the order of random ids: no order of time is known |
 * | `POST /api/account/history/options` | `{}` | 200 `{ challengeId, options: PublicKeyCredentialRequestOptionsJSON }` |
 * | `POST /api/account/history` | switchHistoryOn | 204; 409 HISTORY_ALREADY_ON |
 * | `POST /api/account/history/wraps` | addHistoryWrap | 204; 409 HISTORY_OFF |
 * | `DELETE /api/account/history` | | 204: key, copies and every entry deleted |
 */

/** Longest name, origin and list of claims of a service fit in; every entry is this long, so that none can be told by its size. */
const HISTORY_PLAIN_BYTES = 1024;
/** HPKE's encapsulated P-256 key and AES-GCM's tag. */
const SEAL_BYTES = 65 + 16;
export const HISTORY_ENTRY_BYTES = HISTORY_PLAIN_BYTES + SEAL_BYTES;
/** A service's name is the operator's to choose; what is longer than a heading is cut in the history. */
const MAX_SERVICE_NAME_LENGTH = 100;
/** RFC 1035's longest host name, with scheme and port. */
const MAX_ORIGIN_LENGTH = 270;
/** An AES-GCM-sealed P-256 private key. */
const WRAPPED_KEY_BYTES = 32 + 16;
/** One device's passkey each, and one printed code. */
export const MAX_HISTORY_WRAPS = 21;
/** 150 KiB at a time. */
export const HISTORY_PAGE_ENTRIES = 100;

/** One sign-in, as the citizen reads it. */
export const historyEntry = z.strictObject({
  at: z.iso.datetime(),
  /** Left out in entries of before it was written down. */
  clientId: z.string().max(64).optional(),
  service: z.string().max(MAX_SERVICE_NAME_LENGTH),
  origin: z.string().max(MAX_ORIGIN_LENGTH),
  /** Names of what the service was told; never the values. */
  claims: z.array(z.string().max(32)).max(16),
  levelOfAssurance,
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** The private key under one secret that only the citizen has. AES-256-GCM, key = HKDF-SHA-256(secret, salt, {@link historyWrapInfo}). */
export const historyWrap = z.strictObject({
  kind: z.enum(['passkey', 'recovery']),
  salt: base64Url(32).length(43),
  nonce: base64Url(12).length(16),
  wrapped: base64Url(WRAPPED_KEY_BYTES).length(64),
});
export type HistoryWrap = z.infer<typeof historyWrap>;

/** An uncompressed P-256 point. */
const historyPublicKey = base64Url(65).length(87);

export const historyKeys = z.strictObject({
  /** Every wrap and every entry is bound to it. */
  identityId: z.string(),
  /** Left out while no history is kept. */
  key: z.strictObject({ publicKey: historyPublicKey, wraps: z.array(historyWrap).max(MAX_HISTORY_WRAPS) }).optional(),
});
export type HistoryKeys = z.infer<typeof historyKeys>;

export const sealedHistoryEntry = z.strictObject({ entryId: randomId, /** HPKE `enc`, then the ciphertext. */ sealed: base64Url(HISTORY_ENTRY_BYTES).length(Math.ceil((HISTORY_ENTRY_BYTES * 4) / 3)) });
export type SealedHistoryEntry = z.infer<typeof sealedHistoryEntry>;

export const historyPage = z.strictObject({ entries: z.array(sealedHistoryEntry).max(HISTORY_PAGE_ENTRIES), /** `after` of the next page; left out on the last. */ next: randomId.optional() });
export type HistoryPage = z.infer<typeof historyPage>;

/** `answer`: a fresh answer of the citizen's passkey. At least one wrap: a history that nobody can open is none. */
export const switchHistoryOn = z.strictObject({
  answer: passkeyAnswer,
  publicKey: historyPublicKey,
  wraps: z.array(historyWrap).min(1).max(2).refine((wraps) => new Set(wraps.map(({ kind }) => kind)).size === wraps.length, 'one wrap of a kind'),
});
export type SwitchHistoryOn = z.infer<typeof switchHistoryOn>;

/** `publicKey` says which key the wrap holds: one for a key that was switched off meanwhile is refused. */
export const addHistoryWrap = z.strictObject({ answer: passkeyAnswer, publicKey: historyPublicKey, wrap: historyWrap });
export type AddHistoryWrap = z.infer<typeof addHistoryWrap>;

/** HPKE `info` of an entry: a text sealed for another purpose or person does not open as one. */
export const historyEntryInfo = (identityId: string): Bytes => utf8(`visavis history entry v1\n${identityId}`);
/** HKDF `info` and AES-GCM's additional data of a wrap. */
export const historyWrapInfo = (identityId: string, kind: HistoryWrap['kind']): Bytes => utf8(`visavis history wrap v1\n${kind}\n${identityId}`);
/** WebAuthn PRF input. The secret that comes back is the passkey's own; it never leaves the device. */
export const HISTORY_PRF_INPUT = utf8('visavis history key v1');

/** An entry's JSON after its length in two bytes, filled up with zeros to one length for all. */
export function encodeHistoryEntry(entry: HistoryEntry): Bytes {
  const cut = { ...entry, service: entry.service.slice(0, MAX_SERVICE_NAME_LENGTH) };
  const json = utf8(JSON.stringify(historyEntry.parse(cut)));
  if (json.length > HISTORY_PLAIN_BYTES - 2) throw new RangeError('history entry too long');
  const out = new Uint8Array(HISTORY_PLAIN_BYTES);
  new DataView(out.buffer).setUint16(0, json.length);
  out.set(json, 2);
  return out;
}

/** Strict reverse of {@link encodeHistoryEntry}; undefined for anything else. */
export function decodeHistoryEntry(plain: Uint8Array): HistoryEntry | undefined {
  if (plain.length !== HISTORY_PLAIN_BYTES) return undefined;
  const length = new DataView(plain.buffer, plain.byteOffset).getUint16(0);
  if (length > HISTORY_PLAIN_BYTES - 2 || plain.subarray(2 + length).some((byte) => byte !== 0)) return undefined;
  try {
    const parsed = historyEntry.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain.subarray(2, 2 + length))));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
