import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
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
 * @throws when a model is missing or altered
 */
export async function createFaceEngine(o: { readonly modelsDir: string }): Promise<FaceEngine> {
  const networks = await loadNetworks(o.modelsDir);
  const embedder = createFusionEmbedder(networks);
  return {
    async openSession({ portrait, policy }) {
      if (policy.embedder.id !== embedder.id) throw new TypeError(`policy ${policy.version} was measured with ${policy.embedder.id}, this engine has ${embedder.id}`);
      const { check, reference } = await embedPortrait(networks, embedder, portrait, policy);
      return new FaceSession({ analyst: createFrameAnalyst({ networks, embedder, policy }), embedder, policy, portraitCheck: check, reference });
    },
  };
}
