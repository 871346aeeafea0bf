import type { Bytes } from '@visavis/kernel';

/** What makes one identity's rows readable, 32 bytes each. Erasing an identity is erasing these. */
export interface IdentityKeys {
  /** AES-256-GCM, over everything that describes the person, their devices and their consents. */
  readonly dataKey: Bytes;
  /** The salts of the identity's log entries are derived from it. */
  readonly saltKey: Bytes;
}

/**
 * Port to the store of per-identity keys, which lies apart from the database and outside its backups: without a key
 * here, yesterday's backup there is unreadable. Every call that resolved has reached the disk. `key-store-conformance.ts`
 * is what an implementation must pass.
 */
export interface KeyStore {
  /** Names this store for good, and is no secret: a database remembers which store holds its keys. */
  readonly id: string;
  /** Makes and keeps the keys of a new identity; the same keys again when it was already asked, by whichever process. */
  create(identityId: string): Promise<IdentityKeys>;
  /** Undefined when there are none, or no more. Rejects when the store can't tell: that is no "none". */
  read(identityId: string): Promise<IdentityKeys | undefined>;
  /** For good, also when a crash cut an earlier try. Asking twice is the same as asking once. */
  destroy(identityId: string): Promise<void>;
  /** Identities that have keys made before `beforeMs`, in no order: keys whose identity never came to be are swept. */
  madeBefore(beforeMs: number): AsyncIterable<string>;
}
