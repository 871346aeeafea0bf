import { type CheckOutcome, failed, passed, type RandomBytes } from '@visavis/kernel';
import type { FacePolicyFile } from '../policy/face-policy.ts';
import { FrameSample } from './frame-sample.ts';
import type { PadNetwork } from './load-pad-network.ts';

/** An operator's passive network with the rules that were measured for it. */
export interface PassivePad {
  readonly network: PadNetwork;
  /** For one capture. */
  newSample(): FrameSample;
  /**
   * Looks at the drawn frames; they are gone afterwards. Does not establish that anybody is there: it finds what the
   * operator's network was trained to find, as rarely or often as its evidence says.
   * @returns the outcome of `passivePad`
   * @faults FACE_ATTACK_SUSPECTED, FACE_TOO_FEW_FRAMES
   */
  judge(sample: FrameSample): Promise<CheckOutcome>;
}

/** @param random draws the frames: cryptographically strong, and told to nobody */
export function createPassivePad(network: PadNetwork, rules: NonNullable<FacePolicyFile['passivePad']>, random: RandomBytes): PassivePad {
  return {
    network,
    newSample: () => new FrameSample({ size: rules.frames.value, random }),
    async judge(sample) {
      const pieces = sample.take();
      if (pieces === undefined) return failed('passivePad', 'FACE_TOO_FEW_FRAMES');
      const score = await meanAttackScore(network, pieces);
      // What is not a number is no proof of anything.
      return score < rules.attackScore.value ? passed('passivePad') : failed('passivePad', 'FACE_ATTACK_SUSPECTED');
    },
  };
}

/** A presentation's score, as it is measured and as it is judged. The pieces are given back. */
export async function meanAttackScore(network: PadNetwork, pieces: readonly Float32Array[]): Promise<number> {
  let total = 0;
  for (const piece of pieces) total += await network.attackScore(piece);
  return total / pieces.length;
}
