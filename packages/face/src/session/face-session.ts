import { hash } from 'node:crypto';
import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import type { Probe } from '../compare/choose-probes.ts';
import { compareToPortrait } from '../compare/compare-to-portrait.ts';
import { isSameFace } from '../compare/is-same-face.ts';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { AnalysedFrame, FrameAnalyst } from '../engine/frame-analyst.ts';
import type { FaceFaultCode } from '../faults.ts';
import type { FaceEvent, LivenessScript } from '../liveness/actions.ts';
import { livenessChecks, ScriptVerifier, type Step } from '../liveness/script-verifier.ts';
import { StreamClock } from '../liveness/stream-clock.ts';
import type { FrameSample } from '../passive-pad/frame-sample.ts';
import type { PassivePad } from '../passive-pad/passive-pad.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { FrameHistory } from './frame-history.ts';

/** One frame of the capture; everything in it is the citizen's device's claim, but for `receivedAtMs`. */
export interface CaptureFrame {
  readonly index: number;
  /** Since the capture began, by the device's clock. */
  readonly capturedAtMs: number;
  /** By the booth's clock. */
  readonly receivedAtMs: number;
  /** Unmirrored, upright. */
  readonly jpeg: Uint8Array;
}

/** Every check the policy knows and what became of it. No image, no embedding, no score. */
export interface FaceReport {
  readonly policyVersion: string;
  readonly checks: readonly CheckOutcome[];
}

/** More frames than any script needs at 30 a second: a bound for memory. */
const MAX_FRAMES = 3000;

type StreamCheck = 'frames' | 'frameTimes' | 'frameFreshness';
const streamChecks: readonly StreamCheck[] = ['frames', 'frameTimes', 'frameFreshness'];
const comparisonChecks = ['acquisition', 'comparison'];
const notCompared = (reason: string): CheckOutcome[] => comparisonChecks.map((check) => notRun(check, reason));

/** What is known of one run of a script. */
interface Capture {
  readonly verifier: ScriptVerifier;
  readonly clock: StreamClock;
  /** The files as they came, and the pictures in them: an old picture in a new file is no new picture. */
  readonly files: FrameHistory;
  readonly pictures: FrameHistory;
  failure: { readonly check: StreamCheck; readonly code: FaceFaultCode } | undefined;
  tracked: FaceMesh | undefined;
  frames: number;
  /** The frame that was last compared with the beginning. */
  lastSample: number;
  changed: boolean;
  /** The face at rest at the beginning, and after the first task whenever it faces the camera. */
  readonly first: Probe[];
  readonly later: Probe[];
  /** Of the frames at rest, for an operator's passive network. */
  readonly sample: FrameSample | undefined;
  /** What that network said at the end. */
  passivePad: CheckOutcome | undefined;
}

/**
 * One person in front of a camera and one portrait. Works on each frame as it comes, so that the report is there with
 * the last one.
 */
export class FaceSession {
  /** Whether the portrait can be compared with at all. */
  readonly portraitCheck: CheckOutcome;
  readonly #analyst: FrameAnalyst;
  readonly #embedder: Embedder;
  readonly #passivePad: PassivePad | undefined;
  readonly #policy: FacePolicy;
  readonly #reference: Embedding | undefined;
  #capture: Capture | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(o: { readonly analyst: FrameAnalyst; readonly embedder: Embedder; readonly passivePad: PassivePad | undefined; readonly policy: FacePolicy; readonly portraitCheck: CheckOutcome; readonly reference: Embedding | undefined }) {
    this.portraitCheck = o.portraitCheck;
    this.#analyst = o.analyst;
    this.#embedder = o.embedder;
    this.#passivePad = o.passivePad;
    this.#policy = o.policy;
    this.#reference = o.reference;
  }

  /** Starts a capture; called again, it forgets the one before. */
  begin(script: LivenessScript): FaceEvent[] {
    if (this.#capture !== undefined) {
      zeroProbes([...this.#capture.first, ...this.#capture.later]);
      this.#capture.sample?.forget();
    }
    const clock = new StreamClock(this.#policy);
    const verifier = new ScriptVerifier({ script, policy: this.#policy, clock });
    this.#capture = { verifier, clock, files: new FrameHistory(), pictures: new FrameHistory(), failure: undefined, tracked: undefined, frames: 0, lastSample: 0, changed: false, first: [], later: [], sample: this.#passivePad?.newSample(), passivePad: undefined };
    return [...verifier.begin()];
  }

  /** Frames are worked on one after the other, whether or not the caller waits. After the end they are ignored. */
  addFrame(frame: CaptureFrame): Promise<FaceEvent[]> {
    const capture = this.#capture;
    if (capture === undefined) throw new TypeError('begin comes before addFrame');
    const work = this.#queue.then(() => this.#work(capture, frame));
    this.#queue = work.catch(() => undefined);
    return work;
  }

  /** Overwrites what is kept of the person with zeros: nothing more is asked. A report made after it says nothing. */
  forget(): void {
    if (this.#reference !== undefined) zero([this.#reference]);
    if (this.#capture !== undefined) zeroProbes([...this.#capture.first.splice(0), ...this.#capture.later.splice(0)]);
    this.#capture?.sample?.forget();
  }

  /** Covers the last capture, which is over then; without one, nothing but the portrait was checked. */
  report(): FaceReport {
    this.#capture?.sample?.forget();
    return { policyVersion: this.#policy.version, checks: [this.portraitCheck, ...this.#captureChecks()] };
  }

  async #work(capture: Capture, frame: CaptureFrame): Promise<FaceEvent[]> {
    const { verifier } = capture;
    if (capture.failure !== undefined || capture.changed || verifier.ended) return [];
    const refuse = (check: StreamCheck, code: FaceFaultCode): FaceEvent[] => {
      capture.failure = { check, code };
      return [...verifier.darken(), { type: 'captureComplete' }];
    };
    if (++capture.frames > MAX_FRAMES) return refuse('frameTimes', 'FACE_TIMES_IMPLAUSIBLE');
    if (!capture.clock.accept(frame)) return refuse('frameTimes', 'FACE_TIMES_IMPLAUSIBLE');
    const file = capture.files.see(hash('sha256', frame.jpeg, 'base64'));
    if (file === 'replayed') return refuse('frameFreshness', 'FACE_REPLAYED_FRAMES');
    if (file === 'repeatOfLast') return [...verifier.repeat(frame.receivedAtMs).events];
    const searchAnew = capture.frames % this.#policy.stream.searchEveryFrames.value === 1;
    const analysed = await this.#analyst.analyse(frame.jpeg, { tracked: capture.tracked, searchAnew, eyes: capture.verifier.looksAtEyes(frame.capturedAtMs) });
    if (analysed === undefined) return refuse('frames', 'FACE_FRAME_MALFORMED');
    try {
      const picture = capture.pictures.see(analysed.pixelsSha256);
      if (picture === 'replayed') return refuse('frameFreshness', 'FACE_REPLAYED_FRAMES');
      if (picture === 'repeatOfLast') return [...verifier.repeat(frame.receivedAtMs).events];
      const events = await this.#look(capture, frame, analysed);
      // With the last frame, so that the report is there with it.
      if (verifier.ended && !capture.changed && capture.sample !== undefined) capture.passivePad = await this.#passivePad!.judge(capture.sample);
      return events;
    } finally {
      analysed.forget();
    }
  }

  async #look(capture: Capture, frame: CaptureFrame, analysed: AnalysedFrame): Promise<FaceEvent[]> {
    const { verifier } = capture;
    const { face, faces } = analysed;
    capture.tracked = face?.mesh;
    const { events, view } = verifier.observe({ capturedAtMs: frame.capturedAtMs, receivedAtMs: frame.receivedAtMs, face, faces });
    if (view === 'baselineFirst') capture.sample?.forget();
    if (face !== undefined && isAtRest(view) && !verifier.shines) capture.sample?.offer(() => analysed.cutFor(this.#passivePad!.network));
    const due = capture.frames - capture.lastSample >= this.#policy.stream.continuityEveryFrames.value;
    if (face === undefined || view === undefined || (view === 'facing' && !due)) return [...events];
    capture.lastSample = capture.frames;
    const probe = await analysed.probe();
    if (view === 'baselineFirst') zeroProbes(capture.first.splice(0));
    // The frames of the beginning have nothing but each other to be held against.
    const beginning = view === 'baselineFirst' || view === 'baseline';
    if (!(beginning && capture.first.length === 0) && !isSameFace({ embedder: this.#embedder, policy: this.#policy, first: capture.first.map((probe) => probe.embedding), view: probe.embedding, turned: view === 'turned' })) {
      capture.changed = true;
      zero([probe.embedding]);
      return [...verifier.darken(), { type: 'captureComplete' }];
    }
    if (beginning) {
      capture.first.push(probe);
      if (capture.first.length > this.#policy.stream.maxBeginningFrames.value) zeroProbes([capture.first.shift()!]);
    } else if (view === 'return' || (view === 'facing' && capture.later.length > 0)) capture.later.push(probe);
    else zero([probe.embedding]);
    return [...events];
  }

  #captureChecks(): CheckOutcome[] {
    const capture = this.#capture;
    const begun = capture !== undefined && capture.frames > 0;
    const stream = streamChecks.map((check) => {
      if (!begun) return notRun(check, 'noFrames');
      return capture.failure?.check === check ? failed(check, capture.failure.code) : passed(check);
    });
    if (capture === undefined || capture.failure !== undefined) {
      const reason = capture === undefined ? 'noCapture' : 'streamRefused';
      return [...stream, ...[...livenessChecks, 'continuity'].map((check) => notRun(check, reason)), this.#passivePadCheck(reason), ...notCompared(reason)];
    }
    if (capture.changed) return [...stream, ...livenessChecks.map((check) => notRun(check, 'faceChanged')), failed('continuity', 'FACE_CHANGED'), this.#passivePadCheck('faceChanged'), ...notCompared('faceChanged')];
    const liveness = capture.verifier.outcome();
    // A face that was not shown to be live is not compared: the answer would help whoever holds only a picture.
    if (!liveness.some(({ check, status }) => check === 'challenge' && status === 'pass')) return [...stream, ...liveness, notRun('continuity', 'livenessNotShown'), this.#passivePadCheck('livenessNotShown'), ...notCompared('livenessNotShown')];
    const passivePad = capture.passivePad ?? this.#passivePadCheck('captureIncomplete');
    const shown = [...stream, ...liveness, passed('continuity'), passivePad];
    if (this.#passivePad !== undefined && passivePad.status !== 'pass') return [...shown, ...notCompared('attackSuspected')];
    if (this.#reference === undefined) return [...shown, ...notCompared('noReference')];
    const { first: beginning, later: afterTasks } = capture;
    return [...shown, ...compareToPortrait({ embedder: this.#embedder, policy: this.#policy, reference: this.#reference, probes: { beginning, afterTasks } })];
  }

  /** Of a capture that the network was not asked about. No network for it ships: without an operator's own, every report says so. */
  #passivePadCheck(reason: string): CheckOutcome {
    return notRun('passivePad', this.#passivePad === undefined ? 'noNetwork' : reason);
  }
}

/** The face before the camera as it is compared: neither turned nor acting what was asked. */
const isAtRest = (view: Step['view']): boolean => view === 'baselineFirst' || view === 'baseline' || view === 'return' || view === 'facing';

const zeroProbes = (probes: readonly Probe[]): void => zero(probes.map((probe) => probe.embedding));

function zero(embeddings: readonly Embedding[]): void {
  for (const vector of embeddings.flat()) vector.fill(0);
}
