import type { FromFaceCell, ToFaceCell } from '@visavis/contract';
import type { FaceEngine, FaceEvent, FaceSession } from '@visavis/face';
import type { FacePolicy } from '@visavis/face/policy';
import { wipe } from '../cell/wipe.ts';

/** Frames that may wait while one is looked at. Beyond, the oldest is left out: a prompt must follow the face, not lag behind it. */
const MAX_WAITING_FRAMES = 3;

interface WaitingFrame {
  readonly index: number;
  readonly capturedAtMs: number;
  readonly receivedAtMs: number;
  readonly jpeg: Uint8Array;
}

/**
 * The face cell's one job: a portrait, then scripts and frames, then reports. Says what the engine says and nothing else.
 * @param tell carries a message to the chip cell
 * @returns takes the chip cell's messages as they arrive; rejects on what no chip cell sends
 */
export function serveFace(engine: FaceEngine, policy: FacePolicy, tell: (message: FromFaceCell) => void): (message: ToFaceCell, tail: Uint8Array) => Promise<void> {
  let session: FaceSession | undefined;
  const waiting: WaitingFrame[] = [];
  let looking: Promise<void> | undefined;
  const tellAll = (events: readonly FaceEvent[]) => {
    for (const event of events) tell(event);
  };
  const look = async (face: FaceSession): Promise<void> => {
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      tellAll(await face.addFrame(frame));
      wipe(frame.jpeg);
    }
  };
  return async (message, tail) => {
    if (message.type === 'portrait') {
      if (session !== undefined) throw new TypeError('one enrolment has one portrait');
      session = await engine.openSession({ portrait: { mediaType: message.mediaType, bytes: tail }, policy });
      wipe(tail);
      tell({ type: 'portraitReady', check: session.portraitCheck });
      return;
    }
    const face = session;
    if (face === undefined) throw new TypeError('the portrait comes first');
    switch (message.type) {
      case 'script':
        await looking;
        tellAll(face.begin({ profile: message.profile, steps: message.steps }));
        return;
      case 'frame': {
        waiting.push({ index: message.index, capturedAtMs: message.capturedAtMs, receivedAtMs: message.receivedAtMs, jpeg: tail });
        if (waiting.length > MAX_WAITING_FRAMES) wipe(waiting.shift()?.jpeg);
        looking ??= look(face).finally(() => {
          looking = undefined;
        });
        return;
      }
      case 'endOfStream': {
        await looking;
        const report = face.report();
        // Nobody looks again after a face that passed; after one that did not, there may be a second script.
        if (report.checks.some(({ check, status }) => check === 'comparison' && status === 'pass')) face.forget();
        tell({ type: 'report', policyVersion: report.policyVersion, checks: [...report.checks] });
        return;
      }
    }
  };
}
