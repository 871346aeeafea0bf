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
  return {
    portrait: { mediaType: 'image/jpeg', bytes: new Uint8Array(Buffer.from(member.passportOrder.portrait, 'base64')) },
    frames,
    beginning: [2, 5, 8],
    afterTasks: [FRAMES - 7, FRAMES - 4, FRAMES - 1],
  };
}
