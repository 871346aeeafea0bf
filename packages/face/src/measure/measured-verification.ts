import { compareToPortrait } from '../compare/compare-to-portrait.ts';
import type { Probe } from '../compare/choose-probes.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodeJpeg, FRAME_LIMITS } from '../engine/decode-jpeg.ts';
import type { Portrait } from '../engine/decode-portrait.ts';
import { createFrameAnalyst } from '../engine/frame-analyst.ts';
import { type FaceNetworks, loadNetworks } from '../engine/load-networks.ts';
import type { Network } from '../engine/network.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { embedPortrait } from '../session/embed-portrait.ts';

/** A fixed list of work, so that others can be given the same. */
export interface VerificationWork {
  readonly portrait: Portrait;
  readonly frames: readonly Uint8Array[];
  /** Indices of the frames to embed at the beginning and after the tasks. */
  readonly beginning: readonly number[];
  readonly afterTasks: readonly number[];
  /** Indices of the frames in which it is seen how far the eyes are open. */
  readonly eyes: readonly number[];
}

export interface VerificationMeasured {
  readonly cpuMs: number;
  readonly lastFrameToDecisionMs: number;
  /** Time of each stage by the clock; `rest` is crops, geometry and bookkeeping. */
  readonly stagesMs: Readonly<Record<MeasuredStage, number>>;
}

type NetworkName = Exclude<keyof FaceNetworks, 'canonicalMesh'>;
export type MeasuredStage = NetworkName | 'decode' | 'rest';
const NETWORKS: readonly NetworkName[] = ['detector', 'mesh', 'iris', 'faceRecognition', 'faceres'];

/**
 * One verification through the parts of which a session is made, with what each cost. Which frames are embedded is
 * given and not decided, so that the work is the same on every run.
 * @param o.cpuMs processor time of this process so far
 * @param o.wallMs a clock
 * @returns does the work; once only
 */
export async function prepareMeasuredVerification(o: { readonly modelsDir: string; readonly policy: FacePolicy; readonly cpuMs: () => number; readonly wallMs: () => number }): Promise<(work: VerificationWork) => Promise<VerificationMeasured>> {
  const stagesMs: Record<MeasuredStage, number> = { decode: 0, detector: 0, mesh: 0, iris: 0, faceRecognition: 0, faceres: 0, rest: 0 };
  // By the clock: asking for processor time at every step costs more than some of the steps.
  const charged = async <T>(stage: MeasuredStage, work: () => Promise<T>): Promise<T> => {
    const beforeMs = o.wallMs();
    const done = await work();
    stagesMs[stage] += o.wallMs() - beforeMs;
    return done;
  };
  const loaded = await loadNetworks(o.modelsDir);
  const measured = Object.fromEntries(NETWORKS.map((name) => [name, { run: (image, side, batch) => charged(name, () => loaded[name].run(image, side, batch)) } satisfies Network])) as Record<NetworkName, Network>;
  const networks: FaceNetworks = { ...loaded, ...measured };
  const embedder = createFusionEmbedder(networks);
  const analyst = createFrameAnalyst({ networks, embedder, policy: o.policy });

  return async ({ portrait, frames, beginning, afterTasks, eyes }) => {
    const [startedMs, startedAtMs] = [o.cpuMs(), o.wallMs()];
    const { reference } = await embedPortrait(networks, embedder, portrait, o.policy);
    if (reference === undefined) throw new Error('the portrait was refused');
    let tracked: FaceMesh | undefined;
    let lastFrameAtMs = 0;
    const probes: { readonly beginning: Probe[]; readonly afterTasks: Probe[] } = { beginning: [], afterTasks: [] };
    for (const [i, jpeg] of frames.entries()) {
      lastFrameAtMs = o.wallMs();
      const analysed = await analyst.analyse(jpeg, { tracked, searchAnew: i % o.policy.stream.searchEveryFrames.value === 0, eyes: eyes.includes(i) });
      if (analysed?.face === undefined) throw new Error(`no face in frame ${i}`);
      tracked = analysed.face.mesh;
      const end = beginning.includes(i) ? probes.beginning : afterTasks.includes(i) ? probes.afterTasks : undefined;
      end?.push(await analysed.probe());
      analysed.forget();
    }
    const outcomes = compareToPortrait({ embedder, policy: o.policy, reference, probes });
    const endedAtMs = o.wallMs();
    const cpuMs = o.cpuMs() - startedMs;
    if (!outcomes.every(({ status }) => status === 'pass')) throw new Error(`not accepted: ${JSON.stringify(outcomes)}`);
    // Decoding is a part of analysing a frame; its share is what the same pictures cost once more.
    for (const jpeg of frames) await charged('decode', () => decodeJpeg(jpeg, FRAME_LIMITS));
    stagesMs.rest = endedAtMs - startedAtMs - Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0);
    return { cpuMs, lastFrameToDecisionMs: endedAtMs - lastFrameAtMs, stagesMs };
  };
}
