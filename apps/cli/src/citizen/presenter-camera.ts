import type { Camera, EnrolmentProgress } from '@visavis/client';
import { encodeJpeg, type Presenter } from '@visavis/specimen';

const FRAME_INTERVAL_MS = 1000 / 12;
/** What a phone's browser gives a canvas by default, nearly. */
const JPEG_QUALITY = 85;

export interface PresenterCamera extends Camera {
  /** Shows what a device shows to whoever stands before the camera: prompts, that they may stop, and light. */
  onProgress(progress: EnrolmentProgress): void;
  /** When the newest frame was taken, milliseconds since the epoch. */
  lastFrameAtMs(): number;
}

/**
 * A camera that sees a synthetic presenter, rendered live: a prompt that arrives changes the frames that follow.
 * @param onFrame sees every frame that is sent, for tests that look for its bytes elsewhere
 */
export function createPresenterCamera(presenter: Presenter, onFrame: (jpeg: Uint8Array) => void = () => {}): PresenterCamera {
  let startedMs = 0;
  let nextAtMs = 0;
  let running = false;
  let lastFrameAtMs = 0;
  return {
    start() {
      startedMs = performance.now();
      nextAtMs = startedMs;
      running = true;
      presenter.prompt('lookAhead', 0);
      return Promise.resolve();
    },
    async nextFrame() {
      const waitMs = nextAtMs - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
      if (!running) return undefined;
      const nowMs = performance.now();
      // A slow renderer loses frames; it does not run late.
      nextAtMs = Math.max(nextAtMs + FRAME_INTERVAL_MS, nowMs);
      const capturedAtMs = nowMs - startedMs;
      lastFrameAtMs = Date.now();
      const jpeg = await encodeJpeg(presenter.frameAt(capturedAtMs), JPEG_QUALITY);
      onFrame(jpeg);
      return { jpeg, capturedAtMs };
    },
    stop() {
      running = false;
    },
    lastFrameAtMs: () => lastFrameAtMs,
    onProgress(progress) {
      if (progress.stage === 'prompt') presenter.prompt(progress.action, performance.now() - startedMs);
      // As the page says it; without, a citizen goes on until something new is asked.
      if (progress.stage === 'actionSeen') presenter.prompt('lookAhead', performance.now() - startedMs);
      if (progress.stage === 'screenLight') presenter.light(progress.rgb, performance.now() - startedMs);
    },
  };
}
