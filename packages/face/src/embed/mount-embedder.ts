import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults } from '../faults.ts';
import { type RecognitionEvidence, recognitionEvidenceSchema } from '../policy/recognition-evidence.ts';
import type { Embedder } from './embedder.ts';
import { loadEmbedder } from './load-embedder.ts';

declare const calibrated: unique symbol;
/** An embedder of which it is known what its scores mean. Made by {@link mountEmbedder} only. */
export type CalibratedEmbedder = Embedder & { readonly calibration: RecognitionEvidence; readonly [calibrated]: true };

/**
 * Makes an operator's network the engine's embedder. Without a calibration of this very file it does not start: a score
 * without error rates decides nothing. Whether the policy's limits fit the calibration is `parseFacePolicy`'s to say.
 * @param o.calibration what `visavis face calibrate --embedder` wrote; `undefined` when there is none
 * @faults FACE_EMBEDDER_UNCALIBRATED, and those of {@link loadEmbedder}
 */
export async function mountEmbedder(o: { readonly manifestFile: string; readonly calibration: unknown }): Promise<Result<CalibratedEmbedder>> {
  const loaded = await loadEmbedder(o.manifestFile);
  if (!loaded.ok) return loaded;
  const embedder = loaded.value;
  const calibration = recognitionEvidenceSchema.safeParse(o.calibration);
  if (!calibration.success || calibration.data.embedder.id !== embedder.id || calibration.data.embedder.sha256 !== embedder.sha256) return err(faceFaults.fault('FACE_EMBEDDER_UNCALIBRATED', { embedder: embedder.id }));
  return ok({ ...embedder, calibration: calibration.data } as CalibratedEmbedder);
}
