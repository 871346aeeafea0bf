/** Where in the one-way flow something was refused. */
export type Stage = 'request' | 'channel' | 'chip' | 'authenticity' | 'face' | 'decision' | 'booth' | 'identity' | 'signIn' | 'camera' | 'network' | 'log';

/**
 * Who can do something about it: `now` the same call again; `user` the citizen, after doing what the next step says;
 * `agent` a human at a counter; `never` nobody, this attempt is over.
 */
export type Retry = 'now' | 'user' | 'agent' | 'never';

/** A code's meaning for people: one plain sentence, and what to do next. */
export interface FaultEntry {
  readonly stage: Stage;
  readonly retry: Retry;
  readonly meaning: string;
  readonly nextStep: string;
}

/** Small facts for operators and tests. Never personal data, keys, tokens or images. */
export type FaultDetail = Readonly<Record<string, string | number | boolean>>;

/** An expected refusal. Codes are `STAGE_WHAT`, never renamed, never reused. */
export interface Fault<Code extends string = string> {
  readonly code: Code;
  readonly stage: Stage;
  readonly retry: Retry;
  readonly detail: FaultDetail;
}

/** What leaves the server: words for the citizen, no detail. */
export interface PublicFault {
  readonly code: string;
  readonly stage: Stage;
  readonly retry: Retry;
  readonly meaning: string;
  readonly nextStep: string;
}

export interface FaultCatalogue<Code extends string> {
  readonly entries: Readonly<Record<Code, FaultEntry>>;
  /** Makes a fault of this catalogue. */
  fault(code: Code, detail?: FaultDetail): Fault<Code>;
  has(code: string): code is Code;
}

/** A room's closed list of refusals; `docs/errors.md` is generated from these and a test holds both together. */
export function defineFaults<const Code extends string>(entries: Readonly<Record<Code, FaultEntry>>): FaultCatalogue<Code> {
  return {
    entries,
    fault: (code, detail = {}) => ({ code, stage: entries[code].stage, retry: entries[code].retry, detail }),
    has: (code): code is Code => Object.hasOwn(entries, code),
  };
}

/**
 * The one way a fault leaves a process for a citizen. Drops `detail`.
 * @param catalogues every catalogue whose codes may occur; an unknown code is a programmer error.
 */
export function toPublic(fault: Fault, ...catalogues: readonly FaultCatalogue<string>[]): PublicFault {
  const catalogue = catalogues.find((c) => c.has(fault.code));
  const entry = catalogue?.entries[fault.code];
  if (entry === undefined) throw new TypeError(`fault code without a catalogue entry: ${fault.code}`);
  return { code: fault.code, stage: entry.stage, retry: entry.retry, meaning: entry.meaning, nextStep: entry.nextStep };
}
