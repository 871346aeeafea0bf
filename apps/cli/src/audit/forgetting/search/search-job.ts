import type { PatternKind, PatternSet } from './pattern.ts';

/** What is to be searched, and how each thing is called when it is told of. */
export interface SearchJob {
  readonly images: PatternSet;
  /** Looked for in files only: names must pass through a server's memory. */
  readonly texts: PatternSet | undefined;
  readonly processes: readonly { readonly pid: number; readonly place: string }[];
  readonly files: readonly { readonly path: string; readonly place: string }[];
}

export interface PlaceSearched {
  readonly place: string;
  readonly bytes: number;
  /** Processes or files. */
  readonly things: number;
}

export interface Hit {
  readonly place: string;
  readonly kind: PatternKind;
  readonly count: number;
}

export interface SearchResult {
  readonly searched: readonly PlaceSearched[];
  readonly hits: readonly Hit[];
  /** By place, with an error code of the system. */
  readonly unread: readonly { readonly place: string; readonly reason: string }[];
  readonly seconds: number;
}
