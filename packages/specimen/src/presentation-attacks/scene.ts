import type { RgbImage } from '../citizens/rgb-image.ts';
import type { ActorPrompt } from '../citizens/presenter.ts';

/** 468 points of the face in a picture, x, y, z each, pixels; undefined when none is seen. Whoever forges pictures can find them as well. */
export type FindFace = (scene: Scene) => Promise<Float32Array | undefined>;

/** What stands before a camera at one moment. Equal keys are equal pictures. */
export interface Scene {
  readonly key: string;
  render(findFace: FindFace): Promise<RgbImage>;
}

/** Somebody, or something, before a camera, in pictures that come again: poses and light in steps. */
export interface Performer {
  prompt(action: ActorPrompt, atMs: number): void;
  light(rgb: readonly [number, number, number] | null, atMs: number): void;
  sceneAt(atMs: number): Scene;
  /** What an injected frame claims of itself; left out, it is a picture of its own, taken when it is sent. */
  claimAt?(atMs: number): { readonly capturedAtMs: number; readonly sameAs?: string | undefined };
}

/** How a stream is taken: room, screen and camera. */
export interface Conditions {
  /** 1: an ordinary room. */
  readonly ambientLight: number;
  /** Light of a white screen on the face, in units of an ordinary room's. */
  readonly screenShare: number;
  /** Size of the head, 1 fills about half of the height. */
  readonly scale: number;
}
