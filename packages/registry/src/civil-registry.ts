import type { CivilRecord, PrintedIdentity } from '@visavis/contract';
import { ok, type Result } from '@visavis/kernel';
import type { DocumentReference } from './document-register.ts';

/**
 * Port to a state's civil registry (France: RNIPP), for what a document can't prove: the place of birth, each given
 * name by itself, the name in use. Nothing it says is kept.
 */
export interface CivilRegistry {
  /** @returns undefined when it knows nobody by this, or more than one person; `unavailable` when it can't be asked */
  find(person: PrintedIdentity, document: DocumentReference): Promise<Result<CivilRecord | undefined, 'unavailable'>>;
}

/** For a state whose civil registry is not connected: what only it could prove is absent. */
export const noCivilRegistry: CivilRegistry = { find: () => Promise.resolve(ok(undefined)) };
