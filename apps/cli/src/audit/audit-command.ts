/** Something that anybody can check. Exit status 0: it holds; 1: it does not, or could not be checked; 2: not asked properly. */
export interface AuditCommand {
  readonly usage: string;
  readonly about: string;
  run(args: readonly string[]): Promise<number>;
}
