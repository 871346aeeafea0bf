/** What a server under measurement has used since it started. */
export interface Use {
  /** Of the whole process, its threads included. */
  readonly cpuMs: number;
  /** Round trips to PostgreSQL. */
  readonly queries: number;
}

/** Answers the benchmark, whose child this process is, each time it asks; `queries` counts so far. */
export function reportUse(queries: () => number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMs: (user + system) / 1000, queries: queries() } satisfies Use);
  });
  process.once('disconnect', () => process.exit());
  process.send!('ready');
}
