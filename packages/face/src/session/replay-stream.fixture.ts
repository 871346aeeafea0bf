/**
 * Shows one recorded stream to a session and says, as one hash, everything that came out: each frame's events, every
 * embedding, the report. In the process of whoever imports it, or, forked with `child`, in its own.
 */
import { createHash } from 'node:crypto';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { createFrameAnalyst, type FrameAnalyst } from '../engine/frame-analyst.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import type { LivenessScript } from '../liveness/actions.ts';
import { facePolicy } from '../policy/index.ts';
import { embedPortrait } from './embed-portrait.ts';
import { type CaptureFrame, FaceSession } from './face-session.ts';

export interface RecordedStream {
  readonly modelsDir: string;
  readonly portrait: Uint8Array;
  readonly script: LivenessScript;
  readonly frames: readonly CaptureFrame[];
}
export interface Replayed {
  readonly sha256: string;
  readonly embeddings: number;
  /** Code of each check that failed, and reason of each that was not run. */
  readonly notPassed: readonly string[];
}

export async function replayStream({ modelsDir, portrait, script, frames }: RecordedStream): Promise<Replayed> {
  const networks = await loadNetworks(modelsDir);
  const embedder = createFusionEmbedder(networks);
  const all = createHash('sha256');
  let embeddings = 0;
  const tell = (vectors: readonly Float32Array[]): void => {
    embeddings++;
    for (const { buffer, byteOffset, byteLength } of vectors) all.update(new Uint8Array(buffer, byteOffset, byteLength));
  };
  const inner = createFrameAnalyst({ networks, embedder, policy: facePolicy });
  const analyst: FrameAnalyst = {
    async analyse(jpeg, o) {
      const analysed = await inner.analyse(jpeg, o);
      if (analysed === undefined) return undefined;
      const probe = async () => {
        const seen = await analysed.probe();
        tell(seen.embedding);
        return seen;
      };
      return { ...analysed, probe };
    },
  };
  const { check, reference } = await embedPortrait(networks, embedder, { mediaType: 'image/jpeg', bytes: portrait }, facePolicy);
  if (reference !== undefined) tell(reference);
  const session = new FaceSession({ analyst, embedder, passivePad: undefined, policy: facePolicy, portraitCheck: check, reference });
  all.update(JSON.stringify(session.begin(script)));
  for (const frame of frames) all.update(JSON.stringify(await session.addFrame(frame)));
  const report = session.report();
  session.forget();
  all.update(JSON.stringify(report));
  return { sha256: all.digest('hex'), embeddings, notPassed: report.checks.flatMap((one) => (one.status === 'fail' ? [one.code] : one.status === 'notRun' ? [one.reason] : [])) };
}

if (process.argv[2] === 'child') process.once('message', (stream: RecordedStream) => void replayStream(stream).then((replayed) => process.send!(replayed)));
