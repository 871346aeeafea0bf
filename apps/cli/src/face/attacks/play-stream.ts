import type { FaceEvent, FaceReport, FaceSession, LivenessScript } from '@visavis/face';
import type { Performer, Scene } from '@visavis/specimen';

/** Beyond the longest script's own limits nothing more comes. */
const MAX_STREAM_MS = 150_000;
const FRAMES_PER_SECOND = { least: 8, most: 15 } as const;
const DELAY_MS = { least: 25, most: 160 } as const;

/** Turns a scene into what a session takes as a frame's file. */
export type FileOf = (scene: Scene, sameAs: string | undefined) => Uint8Array | Promise<Uint8Array>;

/**
 * Plays a performer before a session in made-up time: a camera of 8 to 15 frames a second that jitters, and a network that
 * delays each frame differently, but never reorders them.
 * @param o.random uniform in [0, 1), of the stream's seed
 */
export async function playStream(o: { readonly session: FaceSession; readonly script: LivenessScript; readonly performer: Performer; readonly fileOf: FileOf; readonly random: () => number }): Promise<FaceReport> {
  const { session, performer, random } = o;
  const within = ({ least, most }: { readonly least: number; readonly most: number }): number => least + (most - least) * random();
  const intervalMs = 1000 / within(FRAMES_PER_SECOND);
  const baseDelayMs = within(DELAY_MS);
  const hear = (events: readonly FaceEvent[], atMs: number): boolean => {
    for (const event of events) {
      if (event.type === 'prompt') performer.prompt(event.action, atMs);
      // The screen says that it was seen, and to look ahead again.
      if (event.type === 'actionSeen') performer.prompt('lookAhead', atMs);
      if (event.type === 'screenLight') performer.light(event.rgb, atMs);
    }
    return events.some(({ type }) => type === 'captureComplete');
  };
  hear(session.begin(o.script), 0);
  let receivedAtMs = 0;
  for (let [index, nowMs] = [0, intervalMs]; nowMs < MAX_STREAM_MS; index++, nowMs += intervalMs * (0.8 + 0.4 * random())) {
    const claim = performer.claimAt?.(nowMs) ?? { capturedAtMs: nowMs };
    receivedAtMs = Math.max(receivedAtMs, nowMs + baseDelayMs + 40 * random());
    const jpeg = await o.fileOf(performer.sceneAt(nowMs), claim.sameAs);
    const events = await session.addFrame({ index, capturedAtMs: claim.capturedAtMs, receivedAtMs, jpeg });
    // The booth's word is on the citizen's screen when it has come back.
    if (hear(events, receivedAtMs + baseDelayMs / 2)) break;
  }
  const report = session.report();
  session.forget();
  return report;
}
