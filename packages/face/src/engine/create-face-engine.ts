import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import type { CalibratedEmbedder } from '../embed/mount-embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { embedPortrait } from '../session/embed-portrait.ts';
import { FaceSession } from '../session/face-session.ts';
import type { Portrait } from './decode-portrait.ts';
import { createFrameAnalyst } from './frame-analyst.ts';
import { loadNetworks } from './load-networks.ts';

/** The loaded networks, waiting for a portrait. */
export interface FaceEngine {
  /** @throws TypeError when the policy's thresholds were measured with another embedder */
  openSession(o: { readonly portrait: Portrait; readonly policy: FacePolicy }): Promise<FaceSession>;
}

/**
 * Loads the networks; about half a second. Reads `modelsDir`, writes nothing, needs no network.
 * @param o.modelsDir made by `convert-models.ts`; every file must be the pinned one
 * @param o.embedder an operator's, mounted with its calibration; left out, the one that ships
 * @throws when a model is missing or altered
 */
export async function createFaceEngine(o: { readonly modelsDir: string; readonly embedder?: CalibratedEmbedder }): Promise<FaceEngine> {
  const networks = await loadNetworks(o.modelsDir);
  const embedder = o.embedder ?? createFusionEmbedder(networks);
  return {
    async openSession({ portrait, policy }) {
      if (policy.embedder.id !== embedder.id || policy.embedder.sha256 !== embedder.sha256) throw new TypeError(`policy ${policy.version} was measured with ${policy.embedder.id}, this engine has ${embedder.id}`);
      const { check, reference } = await embedPortrait(networks, embedder, portrait, policy);
      return new FaceSession({ analyst: createFrameAnalyst({ networks, embedder, policy }), embedder, policy, portraitCheck: check, reference });
    },
  };
}
