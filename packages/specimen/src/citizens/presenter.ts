import type { RgbImage } from './rgb-image.ts';

/** What a camera subject is asked to do, from the subject's own point of view; the same words as the capture protocol's. */
export type ActorPrompt = 'lookAhead' | 'turnLeft' | 'turnRight' | 'lookUp' | 'lookDown' | 'smile' | 'blink' | 'openMouth' | 'watchScreen';

/** Somebody or something before a camera: the honest citizen, or an attack presentation (ISO/IEC 30107-1). */
export interface Presenter {
  /** A prompt appears on the screen at `atMs`; prompts come in the order of time. */
  prompt(action: ActorPrompt, atMs: number): void;
  /** The screen shines in this colour (red, green, blue as displayed, 0–255) from `atMs` on; null: as the page does. */
  light(rgb: readonly [number, number, number] | null, atMs: number): void;
  /** What the camera sees at `atMs`, any time from the first prompt's on. The same prompts and times give the same pixels. */
  frameAt(atMs: number): RgbImage;
}
