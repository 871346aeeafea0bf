import { contentSha256 } from './content-sha256.ts';
import type { FacePolicyFile } from './face-policy.ts';

const valuesOf = (settings: Readonly<Record<string, { readonly value: unknown }>>): Record<string, unknown> => Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));

/**
 * SHA-256 of every number of the policy that decides about liveness, without words and evidence: all but the limits of the
 * two scores, which are held to the recognition evidence's curve.
 */
export function livenessPartSha256({ script, stream, thresholds, quality }: Pick<FacePolicyFile, 'script' | 'stream' | 'thresholds' | 'quality'>): string {
  const { comparisonScore: _, continuityScore: __, ...others } = thresholds;
  return contentSha256({ script: valuesOf(script), stream: valuesOf(stream), thresholds: valuesOf(others), quality: valuesOf(quality) });
}
