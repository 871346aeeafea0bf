import { closeSync, openSync, writeSync } from 'node:fs';
import type { ActorPrompt, Presenter, RgbImage } from '@visavis/specimen';

/** As many as the site takes, nearly; more only make the file larger. */
const FRAMES_PER_SECOND = 10;

/** What somebody was asked when the recording was made. */
export interface RecordedPrompt {
  readonly action: ActorPrompt;
  readonly atMs: number;
}

/**
 * Films a presenter into a file that Chromium plays as its camera, over and over (YUV4MPEG2, 4:2:0, BT.601 limited range).
 * @param durationMs no frame may come twice within one face check, or that alone refuses it
 */
export function writeCameraFile(o: { readonly file: string; readonly presenter: Presenter; readonly prompts: readonly RecordedPrompt[]; readonly durationMs: number }): void {
  const waiting = [...o.prompts];
  const file = openSync(o.file, 'w');
  try {
    for (let atMs = 0; atMs < o.durationMs; atMs += 1000 / FRAMES_PER_SECOND) {
      for (let next = waiting[0]; next !== undefined && next.atMs <= atMs; next = waiting[0]) {
        o.presenter.prompt(next.action, next.atMs);
        waiting.shift();
      }
      const picture = o.presenter.frameAt(atMs);
      if (atMs === 0) writeSync(file, `YUV4MPEG2 W${picture.width} H${picture.height} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`);
      writeSync(file, 'FRAME\n');
      writeSync(file, toYuv420(picture));
    }
  } finally {
    closeSync(file);
  }
}

function toYuv420({ width, height, data }: RgbImage): Uint8Array {
  const chromaWidth = width / 2;
  const luma = width * height;
  const yuv = new Uint8Array(luma + (luma >> 1));
  for (let pixel = 0; pixel < luma; pixel++) {
    const [r, g, b] = [data[3 * pixel]!, data[3 * pixel + 1]!, data[3 * pixel + 2]!];
    yuv[pixel] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    // One colour for each square of four pixels: the first one's.
    if (x % 2 === 1 || y % 2 === 1) continue;
    const chroma = luma + (y >> 1) * chromaWidth + (x >> 1);
    yuv[chroma] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
    yuv[chroma + (luma >> 2)] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
  }
  return yuv;
}
