/** Something that takes bytes from a stranger, and bytes that it accepts. */
export interface FuzzSubject {
  /** The function's own name; after a colon, which of its ways. */
  readonly name: string;
  /** What inputs are made from. */
  readonly seeds: readonly Uint8Array[];
  /** Whether each seed is accepted as it stands: mutating what is refused anyway tests little. False where the surroundings are the attack. */
  readonly acceptsSeeds: boolean;
  /** Its share of a run's inputs, by what one costs: 100 for microseconds, 1 for tens of milliseconds. */
  readonly weight: number;
  /**
   * Gives what the function gives: undefined or a fault for a refusal. Functions inside a parser refuse by throwing
   * MalformedBytes; anything else thrown is a finding.
   */
  parse(input: Uint8Array): unknown;
}
