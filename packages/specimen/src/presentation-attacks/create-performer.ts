import type { CitizenPose } from '../citizens/citizen-pose.ts';
import { createActor, SCREEN_SHARE } from '../citizens/create-actor.ts';
import type { Citizen } from '../citizens/create-citizen.ts';
import type { Conditions, Performer, Scene } from './scene.ts';

const ANGLE_STEP_DEG = 4;
const MOVEMENT_STEP = 0.5;

const inSteps = (value: number, step: number): number => Math.round(value / step) * step || 0;

/**
 * The honest actor, in steps: of 4° and half of each movement, one size of the head, one sensor noise. What is lost is
 * the finest sway; what is kept are reactions, timing, spontaneous blinks and the light with its lag.
 * @param o.screen `unseen`: the screen's light does not reach the face, as in an injected stream
 */
export function createPerformer(o: { readonly citizen: Citizen; readonly conditions: Conditions; readonly seed: number; readonly screen?: 'seen' | 'unseen' }): Performer {
  const actor = createActor({ citizen: o.citizen, seed: o.seed });
  const { ambientLight, screenShare, scale } = o.conditions;
  return {
    prompt: (action, atMs) => actor.prompt(action, atMs),
    light: (rgb, atMs) => actor.light(rgb, atMs),
    sceneAt(atMs): Scene {
      const pose = actor.poseAt(atMs);
      const light = o.screen === 'unseen' ? [0, 0, 0] : pose.screenLight.map((level) => (level * screenShare) / SCREEN_SHARE);
      const stepped: Partial<CitizenPose> = {
        yawDeg: inSteps(pose.yawDeg, ANGLE_STEP_DEG),
        pitchDeg: inSteps(pose.pitchDeg, ANGLE_STEP_DEG),
        smile: inSteps(pose.smile, MOVEMENT_STEP),
        mouthOpen: inSteps(pose.mouthOpen, MOVEMENT_STEP),
        blinkLeft: inSteps(pose.blinkLeft, MOVEMENT_STEP),
        blinkRight: inSteps(pose.blinkLeft, MOVEMENT_STEP),
        screenLight: light as unknown as CitizenPose['screenLight'],
        ambientLight,
        scale,
        noiseSeed: 1,
      };
      return { key: `${o.citizen.seed} ${JSON.stringify(stepped)}`, render: () => Promise.resolve(o.citizen.renderFrame(stepped)) };
    },
  };
}

