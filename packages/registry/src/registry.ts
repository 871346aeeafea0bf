import type { Clock, RandomBytes } from '@visavis/kernel';
import type pg from 'pg';
import type { DocumentRegister } from './document-register.ts';

/** What every verb of this room works with. Made by the application that wires it. */
export interface Registry {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Lost, stolen and cancelled documents. */
  readonly documentRegister: DocumentRegister;
  /** 32 secret bytes under which documents are hashed for uniqueness. Losing them allows duplicates; leaking them allows guessing. */
  readonly documentTagKey: Uint8Array;
}
