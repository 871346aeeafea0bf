/**
 * An operator's folder for VISAVIS_FACE_DIR, made the way an operator makes it, out of made-up people: one of the two
 * shipped networks alone in the embedder's place, and a passive network that takes bluish pictures for a screen's.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createPhotographEmbedder, errorCurve, loadEmbedder, measureRate } from '../../packages/face/src/evaluate/index.ts';
import { OnnxGraph } from '../../packages/face/src/models/onnx-writer.ts';
import { modelsInForce } from '../../packages/face/src/policy/models-in-force.ts';
import { castSeeds, createCitizen, encodeJpeg, loadCanonicalMesh, type RgbImage } from '../../packages/specimen/src/index.ts';
import { runFaceCalibratePad } from '../../apps/cli/src/face/face-calibrate-pad.ts';
import { runFaceSeal } from '../../apps/cli/src/face/face-seal.ts';

/** Of each citizen. */
const VIEWS = 7;
/** As often each comparison counts in the evidence: twelve made-up people can't carry the one stranger in ten thousand that a policy asks for. */
const COUNTED = 100;
const FRAMES_PER_PRESENTATION = 2;
const PAD_SIDE = 16;
/** Of 24 presentations none gets through: 13.8 % is what can be claimed. */
export const PAD_APCER = 0.15;
export const VERSION = 'utopia-face-1';

/** A screen's picture, as this test has it: more blue, less red. */
export const fromScreen = ({ width, height, data }: RgbImage): RgbImage => ({ width, height, data: data.map((value, i) => (i % 3 === 0 ? 0.6 * value : i % 3 === 2 ? Math.min(255, 1.2 * value + 20) : value)) });

/** Mean blue less mean red of the crop, and the same with its sign turned, as two values. */
export function blueNetwork(factor = 1): Uint8Array {
  const plane = PAD_SIDE * PAD_SIDE;
  const graph = new OnnxGraph('blue');
  const face = graph.input('face', ['batch', 3, PAD_SIDE, PAD_SIDE]);
  const flat = graph.node('Flatten', [face], { axis: { int: 1 } });
  const weights = Float32Array.from({ length: 6 * plane }, (_, i) => {
    const share = [-factor, 0, factor][Math.floor(i / 2 / plane)]! / plane;
    return i % 2 === 0 ? -share : share;
  });
  graph.output(graph.node('MatMul', [flat, graph.floats(weights, [3 * plane, 2])]), 'scores');
  return graph.encode();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const writeJson = (file: string, value: unknown): Promise<void> => writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);

export const padManifest = (network: Uint8Array): object => ({
  id: 'blue-v1',
  file: 'blue.onnx',
  sha256: sha256(network),
  licence: 'Apache-2.0',
  released: '2026-11-01',
  input: { name: 'face', side: PAD_SIDE, channelOrder: 'rgb', factor: 1 / 255, offset: [0, 0, 0] },
  alignment: { kind: 'meshRegion', margin: 1.1, shiftUp: 0 },
  output: { name: 'scores', values: 2, score: 1, softmax: true, higherIs: 'attack' },
});

const EMBEDDER_MANIFEST = {
  id: 'faceres-alone-v1',
  file: 'faceres.onnx',
  sha256: modelsInForce.sha256['faceres']!,
  licence: 'Apache-2.0',
  released: '2026-11-01',
  input: { name: 'image', side: 224, channelOrder: 'bgr', factor: 1, offset: [-103.939, -116.779, -123.68] },
  alignment: { kind: 'meshRegion', margin: 1.2, shiftUp: 0.1 },
  output: 'embedding',
  mirror: true,
};

const POSES = [{}, { yawDeg: 12, smile: 0.3 }];

/** The same picture in less light, with a sensor's noise. */
function dimmed({ width, height, data }: RgbImage, view: number): RgbImage {
  let state = view + 1;
  return {
    width,
    height,
    data: data.map((value) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.min(255, Math.max(0, value * (1 - 0.05 * view) + (state >>> 29) - 4));
    }),
  };
}

/** @returns what the command for sealing answers: 0 when the folder is as an operator's has to be */
export async function makeOperatorsFace(o: { readonly folder: string; readonly modelsDir: string; readonly workDir: string }): Promise<number> {
  const { folder, modelsDir, workDir } = o;
  const mesh = loadCanonicalMesh();
  const people = castSeeds.map((seed) => {
    const citizen = createCitizen({ seed, mesh });
    const rendered = POSES.map((pose) => citizen.renderFrame(pose));
    return Array.from({ length: VIEWS }, (_, view) => dimmed(rendered[view % POSES.length]!, view));
  });

  const network = blueNetwork();
  await writeFile(path.join(folder, 'blue.onnx'), network);
  await writeJson(path.join(folder, 'passive-pad.json'), padManifest(network));
  for (const [kind, shown] of [['bona-fide', (image: RgbImage) => image], ['attacks/screen', fromScreen]] as const) {
    for (const [person, views] of people.entries())
      for (let first = 0; first < 2 * FRAMES_PER_PRESENTATION; first += FRAMES_PER_PRESENTATION) {
        const presentation = path.join(workDir, kind, `${person}-${first}`);
        await mkdir(presentation, { recursive: true });
        for (const [i, view] of views.slice(first, first + FRAMES_PER_PRESENTATION).entries()) await writeFile(path.join(presentation, `${i}.jpg`), await encodeJpeg(shown(view), 90));
      }
  }
  const calibrated = await runFaceCalibratePad(
    ['--bona-fide', path.join(workDir, 'bona-fide'), '--attacks', path.join(workDir, 'attacks'), '--network', path.join(folder, 'passive-pad.json'), '--data-set', 'synthetic citizens, tinted', '--frames', String(FRAMES_PER_PRESENTATION), '--out', path.join(folder, 'passive-pad-evidence.json')],
    Date.parse('2026-11-28'),
  );
  if (calibrated !== 0) return calibrated;

  await copyFile(path.join(modelsDir, 'faceres.onnx'), path.join(folder, 'faceres.onnx'));
  await writeJson(path.join(folder, 'embedder.json'), EMBEDDER_MANIFEST);
  const loaded = await loadEmbedder(path.join(folder, 'embedder.json'));
  if (!loaded.ok) throw new Error(loaded.fault.code);
  const embedder = await createPhotographEmbedder({ modelsDir, embedder: loaded.value });
  const embedded = await Promise.all(
    people.map(async (views) =>
      Promise.all(
        views.map(async (view) => {
          const embedding = await embedder.embed(await encodeJpeg(view, 90), 'only');
          if (typeof embedding === 'string') throw new Error(embedding);
          return embedding;
        }),
      ),
    ),
  );
  const scores = (same: boolean): { readonly score: number; readonly person: number }[] =>
    embedded.flatMap((one, person) => embedded.flatMap((other, j) => (same === (person === j) && person <= j ? one.flatMap((a, x) => other.flatMap((b, y) => (same && x >= y ? [] : [{ score: embedder.embedder.compare(a.reference, b.probe), person }]))) : [])));
  const only = (of: readonly { readonly score: number }[]): Float64Array => Float64Array.from(of, ({ score }) => score);
  await writeJson(path.join(folder, 'recognition-evidence.json'), {
    embedder: { id: EMBEDDER_MANIFEST.id, sha256: EMBEDDER_MANIFEST.sha256 },
    models: modelsInForce.sha256,
    date: '2026-11-28',
    dataSet: 'synthetic citizens',
    people: people.length,
    images: people.length * VIEWS,
    method: 'All pairs.',
    command: 'this test',
    failureToAcquire: measureRate(0, people.length * VIEWS),
    curves: { single: { comparison: 'one picture against one', points: errorCurve({ genuine: only(scores(true)), genuinePerson: Int32Array.from(scores(true), ({ person }) => person), impostor: only(scores(false).flatMap((one) => Array.from({ length: COUNTED }, () => one))) }) } },
    limits: 'Rendered faces.',
  });
  return runFaceSeal([folder, '--version', VERSION, '--apcer', String(PAD_APCER)], 'seal');
}

/** What the folder's files say, to be changed by a test. */
export const readFolderJson = async (folder: string, file: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Record<string, unknown>;
