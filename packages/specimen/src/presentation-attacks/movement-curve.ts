/** How a forged movement goes: up in a straight line, held, and down again as fast. */
export interface MovementTimes {
  readonly riseMs: number;
  readonly holdMs: number;
}

/** Share of the movement, 0–1, so long after it began; 0 before. */
export function movementShare(sinceMs: number, { riseMs, holdMs }: MovementTimes): number {
  if (sinceMs < 0) return 0;
  return Math.max(0, Math.min(1, sinceMs / riseMs, 1 - (sinceMs - riseMs - holdMs) / riseMs));
}
