import type { Colour } from './colour.ts';
import { clamp } from './curves.ts';

/** How a citizen stands before the camera. Left and right are the citizen's own; the image is not mirrored. */
export interface CitizenPose {
  /** Positive turns to the citizen's left: the nose moves to the image's right. −45…45. */
  readonly yawDeg: number;
  /** Positive looks up. −30…30. */
  readonly pitchDeg: number;
  /** Positive tilts the crown to the citizen's right: to the image's left. −45…45. */
  readonly rollDeg: number;
  /** 0 rest … 1 full, each. */
  readonly smile: number;
  readonly blinkLeft: number;
  readonly blinkRight: number;
  readonly mouthOpen: number;
  /** Degrees of the eyes in the head: to the citizen's left, up. −30…30. */
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
  /** Linear red, green, blue that a screen in front adds, 0…1: 0.1 is a bright phone in a room, 1 a phone in the dark. */
  readonly screenLight: Colour;
  /** Light of the room: 1 ordinary, 0…2. */
  readonly ambientLight: number;
  /** Head's place: shares of the image's width to the right and of its height down, −0.5…0.5. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Size of the head: 1 fills about half of the height, 0.4…1.8. */
  readonly scale: number;
  /** Sensor noise is drawn from this number; absent: none. */
  readonly noiseSeed?: number;
}

export const NEUTRAL_POSE: CitizenPose = {
  yawDeg: 0, pitchDeg: 0, rollDeg: 0, smile: 0, blinkLeft: 0, blinkRight: 0, mouthOpen: 0, gazeYawDeg: 0, gazePitchDeg: 0,
  screenLight: [0, 0, 0], ambientLight: 1, shiftX: 0, shiftY: 0, scale: 1,
};

/** Cuts a pose to human limits; what is left out is neutral. */
export function boundPose(given: Partial<CitizenPose>): CitizenPose {
  const pose = { ...NEUTRAL_POSE, ...given };
  return {
    ...pose,
    yawDeg: clamp(pose.yawDeg, -45, 45),
    pitchDeg: clamp(pose.pitchDeg, -30, 30),
    rollDeg: clamp(pose.rollDeg, -45, 45),
    smile: clamp(pose.smile, 0, 1),
    blinkLeft: clamp(pose.blinkLeft, 0, 1),
    blinkRight: clamp(pose.blinkRight, 0, 1),
    mouthOpen: clamp(pose.mouthOpen, 0, 1),
    gazeYawDeg: clamp(pose.gazeYawDeg, -30, 30),
    gazePitchDeg: clamp(pose.gazePitchDeg, -30, 30),
    screenLight: pose.screenLight.map((value) => clamp(value, 0, 1)) as unknown as Colour,
    ambientLight: clamp(pose.ambientLight, 0, 2),
    shiftX: clamp(pose.shiftX, -0.5, 0.5),
    shiftY: clamp(pose.shiftY, -0.5, 0.5),
    scale: clamp(pose.scale, 0.4, 1.8),
  };
}
