import type { VerificationWork } from '@visavis/face/measure';
import { type ActorPrompt, encodeJpeg } from '@visavis/specimen';
import { castMember } from '../../citizen/cast-member.ts';

const FRAMES = 60;
const FRAMES_PER_SECOND = 12;
const JPEG_QUALITY = 85;
/** A short capture: rest, turn, smile, rest. */
const PROMPTS: readonly { readonly action: ActorPrompt; readonly atMs: number }[] = [
  { action: 'lookAhead', atMs: 0 },
  { action: 'turnLeft', atMs: 900 },
  { action: 'smile', atMs: 2300 },
  { action: 'lookAhead', atMs: 3300 },
];
const ACTOR_SEED = 1;
/**
 * A session looks at the eyes until the first movement was seen, where a rest ends, and in frames that are compared: the
 * turn is at its threshold half a second after its prompt, and the smile is asked for as the head is back.
 */
const TURN_SEEN = 18;
const REST_OVER = 27;
const framesFrom = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** A portrait, 60 frames of 480×640 and which of them are embedded: three at rest at either end, the last among them. */
export async function makeVerificationWork(): Promise<VerificationWork> {
  const member = await castMember(0);
  const presenter = member.presenter(ACTOR_SEED);
  const frames: Uint8Array[] = [];
  const due = [...PROMPTS];
  for (let i = 0; i < FRAMES; i++) {
    const atMs = (1000 * i) / FRAMES_PER_SECOND;
    while (due[0] !== undefined && due[0].atMs <= atMs) presenter.prompt(due.shift()!.action, atMs);
    frames.push(await encodeJpeg(presenter.frameAt(atMs), JPEG_QUALITY));
  }
  const afterTasks = [FRAMES - 7, FRAMES - 4, FRAMES - 1];
  return {
    portrait: { mediaType: 'image/jpeg', bytes: new Uint8Array(Buffer.from(member.passportOrder.portrait, 'base64')) },
    frames,
    beginning: [2, 5, 8],
    eyes: [...framesFrom(0, TURN_SEEN), ...framesFrom(REST_OVER, REST_OVER + 1), ...afterTasks],
    afterTasks,
  };
}
