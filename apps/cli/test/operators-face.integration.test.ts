import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FaceEvent, type FaceReport, type LivenessScript, mountFaceFolder } from '@visavis/face';
import { castSeeds, type Citizen, createActor, createCitizen, encodeJpeg, loadCanonicalMesh, type RgbImage } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blueNetwork, fromScreen, makeOperatorsFace, padManifest, readFolderJson, VERSION } from '../../../test/support/operators-face.ts';
import { runFaceCalibratePad } from '../src/face/face-calibrate-pad.ts';
import { runFaceSeal } from '../src/face/face-seal.ts';
import { modelsDir } from '../src/system/start-system.ts';

const FRAME_MS = 120;
const NETWORK_MS = 45;
const mesh = loadCanonicalMesh();
const turnsLeft: LivenessScript = { profile: 'withoutLight', steps: (['lookAhead', 'turnLeft', 'smile'] as const).map((action) => ({ action, timeoutMs: 15_000, pauseMs: 300 })) };
/** The product's own are longer; this one is whole, so that the comparison is reached. */
const whole: LivenessScript = {
  profile: 'withoutLight',
  steps: (['lookAhead', 'turnLeft', 'smile', 'lookDown', 'turnRight', 'openMouth', 'lookUp', 'smile', 'turnLeft', 'openMouth'] as const).map((action) => ({ action, timeoutMs: 15_000, pauseMs: 300 })),
};

/** Any bytes: which frames are drawn is the only thing that they decide. */
function draws(): (n: number) => Uint8Array {
  let at = 1;
  return (n) => new Uint8Array(n).map(() => (at = (at * 141 + 71) & 255));
}

describe('an operator’s face folder', () => {
  let root: string;
  let folder: string;
  let citizen: Citizen;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'visavis-face-'));
    folder = path.join(root, 'face');
    await mkdir(folder);
    citizen = createCitizen({ seed: castSeeds[0]!, mesh });
    expect(await makeOperatorsFace({ folder, modelsDir, workDir: root })).toBe(0);
  }, 240_000);
  afterAll(() => rm(root, { recursive: true }));

  /** Mounts a copy of the folder after a change. @returns the code, and where, or undefined when it is taken */
  async function refusal(change: (copy: string) => Promise<unknown>): Promise<string | undefined> {
    const copy = await mkdtemp(path.join(root, 'copy-'));
    await cp(folder, copy, { recursive: true });
    await change(copy);
    const mounted = await mountFaceFolder({ modelsDir, faceFolder: copy, random: draws() });
    return mounted.ok ? undefined : [mounted.fault.code, mounted.fault.detail['where']].filter((word) => word !== undefined && word !== '').join(' ');
  }
  const change = (file: string, how: (json: Record<string, unknown>) => Record<string, unknown>) => async (copy: string) => writeFile(path.join(copy, file), JSON.stringify(how(await readFolderJson(copy, file))));
  const remove = (file: string) => (copy: string) => rm(path.join(copy, file));

  async function play(o: { readonly faceFolder: string | undefined; readonly shown: (image: RgbImage) => RgbImage; readonly script: LivenessScript }): Promise<FaceReport> {
    const mounted = await mountFaceFolder({ modelsDir, faceFolder: o.faceFolder, random: draws() });
    if (!mounted.ok) throw new Error(`${mounted.fault.code} ${String(mounted.fault.detail['where'])}`);
    const { engine, policy } = mounted.value;
    const session = await engine.openSession({ portrait: { mediaType: 'image/jpeg', bytes: await encodeJpeg(citizen.renderPortrait(), 90) }, policy });
    const actor = createActor({ citizen, seed: 1 });
    const hear = (events: readonly FaceEvent[], atMs: number): boolean => {
      for (const event of events) {
        if (event.type === 'prompt') actor.prompt(event.action, atMs);
        if (event.type === 'actionSeen') actor.prompt('lookAhead', atMs);
      }
      return events.some(({ type }) => type === 'captureComplete');
    };
    hear(session.begin(o.script), 0);
    for (let index = 0; index < 600; index++) {
      const capturedAtMs = FRAME_MS * index;
      const jpeg = await encodeJpeg(o.shown(actor.frameAt(capturedAtMs)), 85);
      if (hear(await session.addFrame({ index, capturedAtMs, receivedAtMs: capturedAtMs + NETWORK_MS, jpeg }), capturedAtMs + NETWORK_MS)) break;
    }
    return session.report();
  }
  const outcomeOf = ({ checks }: FaceReport, check: string): unknown => {
    const { check: _, ...outcome } = checks.find((one) => one.check === check)!;
    return outcome;
  };

  it('judges a citizen by its own networks, under its own policy', { timeout: 120_000 }, async () => {
    const report = await play({ faceFolder: folder, shown: (image) => image, script: whole });
    expect(report.policyVersion).toBe(VERSION);
    expect(report.checks.filter(({ status }) => status !== 'pass')).toEqual([{ check: 'screenLight', status: 'notRun', reason: 'notAsked' }]);
    expect(outcomeOf(report, 'passivePad')).toEqual({ status: 'pass' });
  });

  it('refuses the same person whose every picture comes from a screen: FACE_ATTACK_SUSPECTED, and does not compare them; without the network they pass', { timeout: 240_000 }, async () => {
    const attack = await play({ faceFolder: folder, shown: fromScreen, script: whole });
    expect(outcomeOf(attack, 'challenge')).toEqual({ status: 'pass' });
    expect(outcomeOf(attack, 'passivePad')).toEqual({ status: 'fail', code: 'FACE_ATTACK_SUSPECTED' });
    expect(outcomeOf(attack, 'comparison')).toEqual({ status: 'notRun', reason: 'attackSuspected' });
    const unguarded = await play({ faceFolder: undefined, shown: fromScreen, script: whole });
    expect(outcomeOf(unguarded, 'passivePad')).toEqual({ status: 'notRun', reason: 'noNetwork' });
    expect(outcomeOf(unguarded, 'comparison')).toEqual({ status: 'pass' });
  });

  it('is not asked about a capture that showed nobody alive', { timeout: 120_000 }, async () => {
    const report = await play({ faceFolder: folder, shown: (image) => image, script: turnsLeft });
    expect(outcomeOf(report, 'challenge')).toMatchObject({ status: 'notRun' });
    expect(outcomeOf(report, 'passivePad')).toEqual({ status: 'notRun', reason: 'livenessNotShown' });
  });

  it('does not start with an embedder that was not calibrated, or is not the one that was', async () => {
    expect(await refusal(async () => undefined)).toBeUndefined();
    expect(await refusal(remove('recognition-evidence.json'))).toBe('FACE_EMBEDDER_UNCALIBRATED');
    expect(await refusal(change('embedder.json', (manifest) => ({ ...manifest, id: 'faceres-alone-v2' })))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.embedder');
    expect(await refusal(change('embedder.json', (manifest) => ({ ...manifest, released: '2999-01-01' })))).toBe('FACE_POLICY_EVIDENCE_OUTDATED recognition');
    expect(await refusal(change('recognition-evidence.json', (evidence) => ({ ...evidence, limits: 'None.' })))).toBe('FACE_POLICY_ALTERED recognition');
    expect(await refusal(change('face-policy.json', (policy) => ({ ...policy, version: 'utopia-face-2' })))).toBe('FACE_POLICY_ALTERED policy');
    expect(await refusal((copy) => writeFile(path.join(copy, 'faceres.onnx'), 'another'))).toBe('FACE_EMBEDDER_FILE_ALTERED');
    expect(await refusal(change('embedder.json', (manifest) => ({ ...manifest, mirror: undefined })))).toBe('FACE_EMBEDDER_MANIFEST_INVALID mirror');
    expect(await refusal(change('embedder.json', (manifest) => ({ ...manifest, output: 'gone' })))).toBe('FACE_EMBEDDER_UNUSABLE network');
    expect(await refusal(remove('embedder.json'))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.embedder');
  });

  it('does not start with a passive network that was not measured, or is not the one that was', async () => {
    expect(await refusal(remove('passive-pad-evidence.json'))).toBe('FACE_PAD_UNMEASURED passivePad');
    expect(await refusal(remove('passive-pad.json'))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.passivePad');
    expect(await refusal(change('passive-pad-evidence.json', (evidence) => ({ ...evidence, limits: 'None.' })))).toBe('FACE_POLICY_ALTERED passivePad');
    expect(await refusal((copy) => writeFile(path.join(copy, 'blue.onnx'), blueNetwork(2)))).toBe('FACE_PAD_FILE_ALTERED');
    expect(await refusal(change('passive-pad.json', (manifest) => ({ ...manifest, licence: undefined })))).toBe('FACE_PAD_MANIFEST_INVALID licence');
    expect(await refusal(change('passive-pad.json', (manifest) => ({ ...manifest, output: { name: 'scores', values: 2, score: 2, softmax: true, higherIs: 'attack' } })))).toBe('FACE_PAD_MANIFEST_INVALID output.score');
    expect(await refusal(change('passive-pad.json', (manifest) => ({ ...manifest, output: { name: 'scores', values: 3, score: 1, softmax: true, higherIs: 'attack' } })))).toBe('FACE_PAD_UNUSABLE network');
    expect(await refusal((copy) => rm(path.join(copy, 'blue.onnx')))).toBe('FACE_PAD_UNUSABLE file');
    expect(await refusal(async (copy) => {
      await writeFile(path.join(copy, 'blue.onnx'), blueNetwork(2));
      await writeFile(path.join(copy, 'passive-pad.json'), JSON.stringify(padManifest(blueNetwork(2))));
    })).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.passivePad');
  });

  it('is sealed only over evidence that carries what is asked: its commands say what lacks', async () => {
    const copy = await mkdtemp(path.join(root, 'seal-'));
    await cp(folder, copy, { recursive: true });
    const seal = (...args: string[]): Promise<number> => runFaceSeal([copy, '--version', 'utopia-face-2', ...args], 'seal');
    expect(await seal('--apcer', '0.15')).toBe(0);
    expect(await readFolderJson(copy, 'face-policy.json')).toMatchObject({ version: 'utopia-face-2', passivePad: { id: 'blue-v1', frames: { value: 2 } } });
    // Which network the swapped faces were told apart by is for everybody to read.
    expect(await readFolderJson(copy, 'liveness-evidence.json')).toMatchObject({ embedder: { id: 'fusion-v3' } });
    // One stranger in a hundred thousand can't be counted here, one in a hundred is too many, and one attack in a hundred can't be counted among 24.
    expect(await seal('--fmr', '0.00001', '--apcer', '0.15')).toBe(1);
    expect(await seal('--fmr', '0.01', '--apcer', '0.15')).toBe(1);
    expect(await seal('--apcer', '0.01')).toBe(1);
    expect(await seal()).toBe(1);
    expect(await runFaceSeal([copy], 'seal')).toBe(2);
    const network = path.join(folder, 'passive-pad.json');
    expect(await runFaceCalibratePad(['--bona-fide', path.join(root, 'bona-fide'), '--attacks', path.join(root, 'attacks'), '--network', network, '--data-set', 'too few pictures', '--frames', '3'], 0)).toBe(1);
    expect(await runFaceCalibratePad(['--bona-fide', path.join(root, 'bona-fide')], 0)).toBe(2);
  });
});
