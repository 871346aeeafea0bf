import type { RandomBytes } from '@visavis/kernel';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import type { CalibratedEmbedder } from '../embed/mount-embedder.ts';
import type { PadNetwork } from '../passive-pad/load-pad-network.ts';
import { createPassivePad, type PassivePad } from '../passive-pad/passive-pad.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { embedPortrait } from '../session/embed-portrait.ts';
import { FaceSession } from '../session/face-session.ts';
import type { Portrait } from './decode-portrait.ts';
import { createFrameAnalyst } from './frame-analyst.ts';
import { loadNetworks } from './load-networks.ts';

/** The loaded networks, waiting for a portrait. */
export interface FaceEngine {
  /** @throws TypeError when the policy's thresholds were measured with other networks than this engine has */
  openSession(o: { readonly portrait: Portrait; readonly policy: FacePolicy }): Promise<FaceSession>;
}

/**
 * Loads the networks; about half a second. Reads `modelsDir`, writes nothing, needs no network.
 * @param o.modelsDir made by `convert-models.ts`; every file must be the pinned one
 * @param o.embedder an operator's, mounted with its calibration; left out, the one that ships
 * @param o.passivePad an operator's network for passive presentation attack detection, and what its frames are drawn by;
 * left out: none ships, and every report says that this check was not run
 * @throws when a model is missing or altered
 */
export async function createFaceEngine(o: { readonly modelsDir: string; readonly embedder?: CalibratedEmbedder | undefined; readonly passivePad?: { readonly network: PadNetwork; readonly random: RandomBytes } | undefined }): Promise<FaceEngine> {
  const networks = await loadNetworks(o.modelsDir);
  const embedder = o.embedder ?? createFusionEmbedder(networks);
  return {
    async openSession({ portrait, policy }) {
      if (policy.embedder.id !== embedder.id || policy.embedder.sha256 !== embedder.sha256) throw new TypeError(`policy ${policy.version} was measured with ${policy.embedder.id}, this engine has ${embedder.id}`);
      const passivePad = passivePadOf(policy, o.passivePad);
      const { check, reference } = await embedPortrait(networks, embedder, portrait, policy);
      return new FaceSession({ analyst: createFrameAnalyst({ networks, embedder, policy }), embedder, passivePad, policy, portraitCheck: check, reference });
    },
  };
}

function passivePadOf(policy: FacePolicy, mounted: { readonly network: PadNetwork; readonly random: RandomBytes } | undefined): PassivePad | undefined {
  const { passivePad: rules } = policy;
  if (rules?.id !== mounted?.network.id || rules?.sha256 !== mounted?.network.sha256) throw new TypeError(`policy ${policy.version} counts on the passive network ${rules?.id ?? 'none'}, this engine has ${mounted?.network.id ?? 'none'}`);
  return rules === undefined || mounted === undefined ? undefined : createPassivePad(mounted.network, rules, mounted.random);
}
