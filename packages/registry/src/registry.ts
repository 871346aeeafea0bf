import type { Clock, RandomBytes } from '@visavis/kernel';
import type pg from 'pg';
import type { DocumentRegister } from './document-register.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { TransparencyLog } from './log/transparency-log.ts';

/** What every verb of this room works with. Made by the application that wires it. */
export interface Registry {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Lost, stolen and cancelled documents. */
  readonly documentRegister: DocumentRegister;
  /** 32 secret bytes under which documents are hashed for uniqueness. Losing them allows duplicates; leaking them allows guessing. */
  readonly documentTagKey: Uint8Array;
  /** 32 secret bytes under which names and birth dates are hashed for uniqueness; the same holds for them. */
  readonly personTagKey: Uint8Array;
  /** What makes identities readable, apart from the database. */
  readonly keyStore: KeyStore;
  /** The public log of salted commitments. */
  readonly log: TransparencyLog;
}
