import { createActor } from '../citizens/create-actor.ts';
import type { CanonicalMesh } from '../citizens/canonical-mesh.ts';
import type { Citizen } from '../citizens/create-citizen.ts';
import { createStillPresenter } from '../citizens/create-still-presenter.ts';
import { NEUTRAL_POSE } from '../citizens/citizen-pose.ts';
import type { ActorPrompt, Presenter } from '../citizens/presenter.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';
import { noiseTable } from '../citizens/canvas.ts';
import { beside, blurred, darkened, greyed, lineDrawing, mirrored, shrunk, upsideDown } from './change-picture.ts';
import { createDoll } from './create-doll.ts';

/** Who is there to be made a bad picture of. */
export interface Sitters {
  readonly mesh: CanonicalMesh;
  readonly citizen: Citizen;
  readonly other: Citizen;
}

/** A whole capture that no honest camera makes, or no honest citizen before it. */
export interface BadScene {
  readonly name: string;
  readonly present: (sitters: Sitters) => Presenter;
  /** The first check that fails says one of these. */
  readonly ends: readonly `FACE_${string}`[];
}

/** A portrait that decodes well and is of the wrong thing. */
export interface BadSubject {
  readonly name: string;
  readonly picture: (sitters: Sitters) => RgbImage;
  /** Of the portrait itself, or of the comparison with the citizen when the networks take it for a face. */
  readonly ends: readonly ('pass' | `FACE_${string}`)[];
}

const FRAME = { width: 480, height: 640 } as const;
/** A citizen who does everything well, before a camera that does this to every picture. */
const throughLens = (change: (image: RgbImage, sitters: Sitters) => RgbImage): BadScene['present'] => (sitters) => {
  const actor = createActor({ citizen: sitters.citizen, seed: 3 });
  return { ...actor, frameAt: (atMs) => change(actor.frameAt(atMs), sitters) };
};
/** The same picture but for the noise of the sensor. */
const held = (make: (sitters: Sitters) => RgbImage): BadScene['present'] => (sitters) => {
  const image = make(sitters);
  return { prompt: () => undefined, light: () => undefined, frameAt: (atMs) => ({ ...image, data: image.data.map((value, i) => Math.min(255, Math.max(0, value + 2 * noiseTable[(i + Math.floor(atMs) * 131) & 0xffff]!))) }) };
};
const DOLL_DEG: Partial<Record<ActorPrompt, readonly [yawDeg: number, pitchDeg: number]>> = { turnLeft: [36, 0], turnRight: [-36, 0], lookUp: [0, 26], lookDown: [0, -26] };
/** A doll in a hand that turns it as it is asked. */
const dollInHand: BadScene['present'] = ({ mesh }) => {
  const doll = createDoll(mesh);
  let asked: readonly [number, number] = [0, 0];
  let sinceMs = 0;
  return {
    prompt: (action, atMs) => {
      asked = DOLL_DEG[action] ?? [0, 0];
      sinceMs = atMs;
    },
    light: () => undefined,
    frameAt: (atMs) => {
      const share = Math.min(1, Math.max(0, (atMs - sinceMs - 300) / 600)) * Math.min(1, Math.max(0, (2600 - atMs + sinceMs) / 600));
      const image = doll({ ...FRAME, yawDeg: share * asked[0] + Math.sin(atMs / 500), pitchDeg: share * asked[1] });
      return { ...image, data: image.data.map((value, i) => Math.min(255, Math.max(0, value + 2 * noiseTable[(i + Math.floor(atMs) * 131) & 0xffff]!))) };
    },
  };
};
const stillFrame = (citizen: Citizen): RgbImage => citizen.renderFrame(NEUTRAL_POSE);

/** Before the camera. */
export const BAD_SCENES: readonly BadScene[] = [
  { name: 'an empty room', present: held(() => ({ ...FRAME, data: new Uint8Array(3 * FRAME.width * FRAME.height).fill(120) })), ends: ['FACE_NOT_FOUND'] },
  { name: 'two faces', present: throughLens((image, { other }) => beside(image, stillFrame(other))), ends: ['FACE_MULTIPLE'] },
  { name: 'a face far away', present: throughLens((image) => shrunk(image, 5)), ends: ['FACE_NOT_FOUND', 'FACE_LIVENESS_TIMEOUT'] },
  { name: 'a camera out of focus', present: throughLens(blurred), ends: ['FACE_NOT_FOUND', 'FACE_LIVENESS_TIMEOUT'] },
  { name: 'a dark room', present: throughLens(darkened), ends: ['FACE_NOT_FOUND', 'FACE_LIVENESS_TIMEOUT'] },
  { name: 'a mirrored camera', present: throughLens(mirrored), ends: ['FACE_LIVENESS_WRONG_ACTION'] },
  { name: 'a camera upside down', present: throughLens(upsideDown), ends: ['FACE_NOT_FOUND', 'FACE_LIVENESS_TIMEOUT', 'FACE_LIVENESS_WRONG_ACTION'] },
  { name: 'a photograph', present: ({ citizen }) => createStillPresenter({ citizen, seed: 3 }), ends: ['FACE_NOT_LIVE'] },
  { name: 'a drawing', present: held(({ citizen }) => lineDrawing(stillFrame(citizen))), ends: ['FACE_NOT_FOUND', 'FACE_NOT_LIVE'] },
  { name: 'a drawing that moves as it is asked', present: throughLens(lineDrawing), ends: ['FACE_NOT_FOUND', 'FACE_COMPARISON_BELOW_THRESHOLD'] },
  { name: 'a doll that is turned as it is asked', present: dollInHand, ends: ['FACE_NOT_FOUND', 'FACE_NOT_LIVE'] },
];
/** The citizen before a camera without colours: nothing is wrong with it. */
export const GREY_CAMERA: BadScene['present'] = throughLens(greyed);

/** In the document. */
export const BAD_SUBJECTS: readonly BadSubject[] = [
  { name: 'nobody', picture: () => ({ ...FRAME, data: new Uint8Array(3 * FRAME.width * FRAME.height).fill(200) }), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'two people', picture: ({ citizen, other }) => beside(citizen.renderPortrait(), other.renderPortrait()), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'somebody far away', picture: ({ citizen }) => shrunk(citizen.renderPortrait(), 8), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'somebody out of focus', picture: ({ citizen }) => blurred(citizen.renderPortrait()), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'somebody in the dark', picture: ({ citizen }) => darkened(citizen.renderPortrait()), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'somebody upside down', picture: ({ citizen }) => upsideDown(citizen.renderPortrait()), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'the citizen mirrored', picture: ({ citizen }) => mirrored(citizen.renderPortrait()), ends: ['pass'] },
  { name: 'a drawing of the citizen', picture: ({ citizen }) => lineDrawing(citizen.renderPortrait()), ends: ['FACE_PORTRAIT_UNUSABLE'] },
  { name: 'a doll', picture: ({ mesh }) => createDoll(mesh)({ ...FRAME, yawDeg: 0, pitchDeg: 0 }), ends: ['FACE_COMPARISON_BELOW_THRESHOLD'] },
];
