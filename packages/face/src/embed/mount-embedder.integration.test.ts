import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { castSeeds, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFace } from '../detect/locate-face.ts';
import { createFaceEngine } from '../engine/create-face-engine.ts';
import { decodeJpeg, PORTRAIT_LIMITS } from '../engine/decode-jpeg.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import { OnnxGraph } from '../models/onnx-writer.ts';
import policyFile from '../policy/face-policy.json' with { type: 'json' };
import { facePolicySchema } from '../policy/face-policy.ts';
import { facePolicy } from '../policy/index.ts';
import livenessFile from '../policy/liveness-evidence.json' with { type: 'json' };
import { livenessEvidenceSchema } from '../policy/liveness-evidence.ts';
import { modelsInForce } from '../policy/models-in-force.ts';
import { parseFacePolicy } from '../policy/parse-face-policy.ts';
import type { RecognitionEvidence } from '../policy/recognition-evidence.ts';
import { sealFacePolicy } from '../policy/seal-face-policy.ts';
import type { Embedding } from './embedder.ts';
import { loadEmbedder } from './load-embedder.ts';
import { mountEmbedder } from './mount-embedder.ts';

const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));
const canonicalMesh = loadCanonicalMesh();
const SIDE = 24;
const PEOPLE = 5;
/** Views of each citizen: 10 pairs of people × 24² pairs of views are the comparisons that a rate of 1e-2 asks for. */
const VIEWS = 24;

/** A network that a face's pixels go through in one random projection: it tells rendered heads apart, and is nothing to use. */
function tinyNetwork(outputs = 48): Uint8Array {
  let state = 7;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5;
  const graph = new OnnxGraph('tiny');
  const face = graph.input('face', ['batch', 3, SIDE, SIDE]);
  const flat = graph.node('Flatten', [face], { axis: { int: 1 } });
  const weights = graph.floats(Float32Array.from({ length: 3 * SIDE * SIDE * outputs }, random), [3 * SIDE * SIDE, outputs]);
  graph.output(graph.node('MatMul', [flat, weights]), 'vector');
  return graph.encode();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const NETWORK = tinyNetwork();
const MANIFEST = {
  id: 'tiny-v1',
  file: 'tiny.onnx',
  sha256: sha256(NETWORK),
  licence: 'Apache-2.0',
  released: '2026-11-01',
  input: { name: 'face', side: SIDE, channelOrder: 'bgr', factor: 1 / 127.5, offset: [-1, -1, -1] },
  alignment: { kind: 'fivePoints', points: [[8, 9], [16, 9], [12, 13], [9, 18], [15, 18]] },
  output: 'vector',
  mirror: true,
};

/** The citizen's picture under other light: brighter or darker, and with noise. */
function inLight({ width, height, pixels }: RgbImage, view: number): RgbImage {
  let state = view + 1;
  const gain = 0.75 + (0.5 * view) / VIEWS;
  const noisy = pixels.map((v) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.min(255, Math.max(0, v * gain + (state >>> 28) - 8));
  });
  return { width, height, pixels: noisy };
}

describe('an operator’s face recognition network', () => {
  let folder: string;
  let portraits: { jpeg: Uint8Array; image: RgbImage; mesh: FaceMesh }[];

  const place = async (manifest: object, network = NETWORK): Promise<string> => {
    const file = path.join(folder, 'manifest.json');
    await writeFile(file, JSON.stringify(manifest));
    await writeFile(path.join(folder, 'tiny.onnx'), network);
    return file;
  };
  const refusal = async (manifest: object, network?: Uint8Array, calibration?: unknown): Promise<unknown> => {
    const mounted = await mountEmbedder({ manifestFile: await place(manifest, network), calibration });
    return mounted.ok ? undefined : [mounted.fault.code, mounted.fault.detail['where']].join(' ').trim();
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'visavis-embedder-'));
    const networks = await loadNetworks(modelsDir);
    portraits = await Promise.all(
      castSeeds.slice(0, PEOPLE).map(async (seed) => {
        const jpeg = await encodeJpeg(createCitizen({ seed, mesh: canonicalMesh }).renderPortrait(), 90);
        const image = (await decodeJpeg(jpeg, PORTRAIT_LIMITS))!;
        const face = await locateFace(networks, image, { tracked: undefined, searchAnew: true, minPresence: 0.5, minConfidence: 0.5, secondFaceSize: 0.5 });
        return { jpeg, image, mesh: face!.mesh };
      }),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Error rates on synthetic citizens, as `visavis face calibrate` measures them on people. */
  async function calibrate(manifestFile: string): Promise<RecognitionEvidence> {
    const loaded = await loadEmbedder(manifestFile);
    if (!loaded.ok) throw new Error(loaded.fault.code);
    const embedder = loaded.value;
    const views: Embedding[][] = [];
    for (const { image, mesh } of portraits) {
      const all: Embedding[] = [];
      for (let view = 0; view < VIEWS; view++) all.push(await embedder.embed(inLight(image, view), mesh, 'probe'));
      views.push(all);
    }
    const scores = (same: boolean): number[] => views.flatMap((as, i) => views.flatMap((bs, j) => ((same ? i === j : i < j) ? as.flatMap((a, x) => bs.flatMap((b, y) => (same && x >= y ? [] : [embedder.compare(a, b)]))) : [])));
    const [impostors, genuine] = [scores(false).sort((a, b) => b - a), scores(true)];
    // Each comparison counts a hundred times: five people can't carry one stranger in ten thousand.
    const rate = (n: number, of: number) => ({ n: 100 * of, value: n / of, interval95: [n / of, n / of] as [number, number] });
    const points = [0.01, 0.0001].map((fmr) => impostors[Math.floor(fmr * impostors.length)]! + 1e-6).map((threshold) => ({
      threshold,
      fmr: rate(impostors.filter((score) => score >= threshold).length, impostors.length),
      fnmr: rate(genuine.filter((score) => score < threshold).length, genuine.length),
    }));
    return {
      embedder: { id: embedder.id, sha256: embedder.sha256 },
      models: modelsInForce.sha256,
      date: '2026-11-27',
      dataSet: 'synthetic citizens',
      people: PEOPLE,
      images: PEOPLE * VIEWS,
      method: 'All pairs.',
      command: 'this test',
      failureToAcquire: rate(0, PEOPLE),
      curves: { single: { comparison: 'one picture against one', points } },
      limits: 'Rendered faces in other light.',
    };
  }

  it('is calibrated, mounted, and compares citizens under a policy made from its own curve', async () => {
    const manifestFile = await place(MANIFEST);
    const calibration = await calibrate(manifestFile);
    const mounted = await mountEmbedder({ manifestFile, calibration });
    if (!mounted.ok) throw new Error(mounted.fault.code);
    const embedder = mounted.value;

    const liveness = livenessEvidenceSchema.parse(livenessFile);
    const asked = facePolicySchema.parse(policyFile);
    const policy = parseFacePolicy({ policy: sealFacePolicy(asked, { recognition: calibration, liveness }), recognitionEvidence: calibration, livenessEvidence: liveness }, { embedder, models: modelsInForce, passivePad: undefined });
    if (!policy.ok) throw new Error(`${policy.fault.code} ${String(policy.fault.detail['where'])}`);

    const engine = await createFaceEngine({ modelsDir, embedder });
    const session = await engine.openSession({ portrait: { mediaType: 'image/jpeg', bytes: portraits[0]!.jpeg }, policy: policy.value });
    expect(session.portraitCheck).toEqual({ check: 'portrait', status: 'pass' });

    const seen = async (person: number) => embedder.embed(inLight(portraits[person]!.image, 3), portraits[person]!.mesh, 'probe');
    const reference = await embedder.embed(portraits[0]!.image, portraits[0]!.mesh, 'reference');
    const limit = policy.value.thresholds.comparisonScore.value;
    expect(embedder.compare(reference, await seen(0))).toBeGreaterThanOrEqual(limit);
    for (let stranger = 1; stranger < PEOPLE; stranger++) expect(embedder.compare(reference, await seen(stranger))).toBeLessThan(limit);

    // The engine that ships refuses this policy, and this engine the one that ships.
    await expect(engine.openSession({ portrait: { mediaType: 'image/jpeg', bytes: portraits[0]!.jpeg }, policy: facePolicy })).rejects.toThrow('this engine has tiny-v1');
    const shipped = await createFaceEngine({ modelsDir });
    await expect(shipped.openSession({ portrait: { mediaType: 'image/jpeg', bytes: portraits[0]!.jpeg }, policy: policy.value })).rejects.toThrow('was measured with tiny-v1');
  });

  it('without a calibration, or with another network’s, does not start', async () => {
    expect(await refusal(MANIFEST)).toBe('FACE_EMBEDDER_UNCALIBRATED');
    const calibration = await calibrate(await place(MANIFEST));
    expect(await refusal(MANIFEST, NETWORK, calibration)).toBeUndefined();
    expect(await refusal(MANIFEST, NETWORK, { ...calibration, embedder: { ...calibration.embedder, sha256: '0'.repeat(64) } })).toBe('FACE_EMBEDDER_UNCALIBRATED');
    expect(await refusal({ ...MANIFEST, id: 'tiny-v2' }, NETWORK, calibration)).toBe('FACE_EMBEDDER_UNCALIBRATED');
    expect(await refusal(MANIFEST, NETWORK, { embedder: calibration.embedder })).toBe('FACE_EMBEDDER_UNCALIBRATED');
  });

  it('that differs from its manifest is refused', async () => {
    expect(await refusal(MANIFEST, tinyNetwork(47))).toBe('FACE_EMBEDDER_FILE_ALTERED');
    const noNetwork = new TextEncoder().encode('no network');
    expect(await refusal({ ...MANIFEST, sha256: sha256(noNetwork) }, noNetwork)).toBe('FACE_EMBEDDER_UNUSABLE network');
    expect(await refusal({ ...MANIFEST, output: 'embedding' })).toBe('FACE_EMBEDDER_UNUSABLE network');
    expect(await refusal({ ...MANIFEST, input: { ...MANIFEST.input, side: 2 * SIDE } })).toBe('FACE_EMBEDDER_UNUSABLE network');
    expect(await refusal({ ...MANIFEST, file: 'gone.onnx' })).toBe('FACE_EMBEDDER_UNUSABLE file');
  });

  it('is described completely or not at all, and lies beside its manifest', async () => {
    const { mirror: _, ...less } = MANIFEST;
    expect(await refusal(less)).toBe('FACE_EMBEDDER_MANIFEST_INVALID mirror');
    expect(await refusal({ ...MANIFEST, threshold: 0.4 })).toMatch(/^FACE_EMBEDDER_MANIFEST_INVALID/);
    expect(await refusal({ ...MANIFEST, file: '../tiny.onnx' })).toBe('FACE_EMBEDDER_MANIFEST_INVALID file');
    expect(await loadEmbedder(path.join(folder, 'nothing.json'))).toMatchObject({ fault: { code: 'FACE_EMBEDDER_MANIFEST_INVALID' } });
  });
});
