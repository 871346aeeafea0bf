/** Milliseconds since the Unix epoch. Packages never read a clock themselves. */
export type Clock = () => number;

/** `n` cryptographically strong random bytes. Packages never make randomness themselves. */
export type RandomBytes = (n: number) => Uint8Array;
