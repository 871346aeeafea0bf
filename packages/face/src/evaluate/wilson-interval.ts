/** Two-sided 95 %. */
const Z = 1.959964;

/**
 * Confidence interval of a share: Wilson score, 95 %. Stays sensible at 0 and at n, where error rates live.
 * Takes trials as independent; scores that share a person or a photograph are not quite.
 * @source ISO/IEC 19795-1 (intervals belong to every rate); E. B. Wilson 1927
 */
export function wilsonInterval(hits: number, n: number): readonly [low: number, high: number] {
  const share = hits / n;
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const middle = share + (Z * Z) / (2 * n);
  const scale = 1 + (Z * Z) / n;
  // At both ends exactly: rounding must not put the rate outside its own interval.
  return [hits === 0 ? 0 : (middle - spread) / scale, hits === n ? 1 : (middle + spread) / scale];
}
