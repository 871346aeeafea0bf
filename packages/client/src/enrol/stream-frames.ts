import { advanceFrameChain, MAX_FRAME_BYTES } from '@visavis/contract';
import { type Clock, toBase64Url } from '@visavis/kernel';
import type { Camera } from '../ports.ts';
import type { BoothTalk } from './talk-to-booth.ts';

/** The stream of one script. */
export interface FrameStream {
  /** Resolves when no frame is sent any more. */
  stop(): Promise<void>;
}

/**
 * Streams the started camera's frames as they happen, each chained to the one sent before, until stopped; tells the booth
 * when the camera is gone.
 * @param nonce the booth's, of this capture
 */
export function streamFrames(camera: Camera, talk: BoothTalk, clock: Clock, nonce: Uint8Array): FrameStream {
  const startedMs = clock();
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let cameraZeroMs: number | undefined;
    let chain = nonce;
    for (let index = 0; !stopping.signal.aborted; index++) {
      const frame = await camera.nextFrame().catch(() => undefined);
      if (stopping.signal.aborted) return;
      if (frame === undefined) return talk.say({ type: 'endCapture' });
      cameraZeroMs ??= frame.capturedAtMs - (clock() - startedMs);
      if (frame.jpeg.length > MAX_FRAME_BYTES || !talk.canTakeFrame()) continue;
      const claims = { index, capturedAtMs: Math.max(0, frame.capturedAtMs - cameraZeroMs) };
      chain = await advanceFrameChain(chain, claims, frame.jpeg);
      await talk.sayFrame({ type: 'frame', ...claims, chain: toBase64Url(chain) }, frame.jpeg);
    }
  };
  const running = run();
  // A cut network is heard by whoever listens to the booth.
  running.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await running.catch(() => {});
    },
  };
}
