import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import type { FaceFaultCode } from '../faults.ts';
import { LightWatch } from '../light/light-watch.ts';
import { measureParallax } from '../parallax/measure-parallax.ts';
import { showsDepth } from '../parallax/shows-depth.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { poseComponent } from '../quality/index.ts';
import { type CaptureHint, type FaceEvent, type LivenessScript, type Movement, movements, type ScriptStep } from './actions.ts';
import { type Baseline, BaselineCollector } from './baseline.ts';
import { isHorizontalTurn, isNod, isWholeChallenge } from './challenge.ts';
import type { FaceObservation, FrameObservation } from './frame-observation.ts';
import { MotionRange } from './motion-range.ts';
import { isFacing, movementProgress } from './movement-progress.ts';
import { MovementWatch, ONSET } from './movement-watch.ts';
import { NeutralMouth } from './neutral-mouth.ts';
import type { StreamClock } from './stream-clock.ts';

/**
 * The checks this machine answers for, in the report's order. `screenLight` is run in the profiles that have it only;
 * `challenge` passes when every check of the script's own profile did, so that leaving one out is never a way around it.
 */
export const livenessChecks = ['faceCount', 'facePresence', 'livenessScript', 'livenessParallax', 'screenLight', 'challenge'] as const;
type LivenessCheck = (typeof livenessChecks)[number];

/** What one frame led to. */
export interface Step {
  readonly events: readonly FaceEvent[];
  /**
   * What the frame is worth for comparing: the face at rest at the beginning (the first such frame since an interruption,
   * or a further one), under way into a turn or nod, in the turn or nod that was counted, in the expression that was
   * counted, at rest after a task, or just facing the camera. A head under way is still seen well enough to be told from
   * another's; one that has turned is not always.
   */
  readonly view: 'baselineFirst' | 'baseline' | 'underWay' | 'turned' | 'expressed' | 'return' | 'facing' | undefined;
}

/** Samples of the face are taken from every third frame of the baseline, from this one on, and from its last. */
const BASELINE_SAMPLE_EVERY = 3;
const BASELINE_SAMPLE_FIRST = 2;
/** A head that faces the camera and has moved no more than this from where it rested has not begun to turn. */
const STILL_DEG = 4;
/** Two searches in a row must see a second face: one alone may be a shadow. */
const SECOND_FACE_SIGHTINGS = 2;

/**
 * Verifies that a script was followed by somebody there: each movement begins after its prompt, within its time, from
 * rest and back to rest, the turns show depth, and the face sends back the light that the screen shone. Pure: sees
 * observations, returns prompts.
 * Does not tell a person from a puppet that is steered live (an injected deepfake, a worn mask), nor from photographs of
 * the same person doing each thing, the turned head among them, shown one after the other as asked and lit by the screen;
 * and a recording that happens to show the right order passes with the chance that `guess-probability.ts` computes.
 */
export class ScriptVerifier {
  readonly #script: LivenessScript;
  readonly #policy: FacePolicy;
  readonly #clock: StreamClock;
  readonly #baselineCollector: BaselineCollector;
  readonly #motion = new MotionRange();
  readonly #neutralMouth = new NeutralMouth();
  #phase: 'lookingAhead' | 'resting' | 'acting' | 'ended' = 'lookingAhead';
  #failure: { readonly check: LivenessCheck; readonly code: FaceFaultCode } | undefined;
  #index = 0;
  #baseline: Baseline | undefined;
  #since: number | undefined;
  #lastFaceAt = Number.NEGATIVE_INFINITY;
  #lastCapturedAt: number | undefined;
  #secondFaceSightings = 0;
  #wrongActions = 0;
  #turnedFlat = false;
  #moved = false;
  /** The face as it last faced the camera: depth may show against it where a smile had moved the cheeks at the beginning. */
  #atRest: FaceObservation | undefined;
  /** Whether a frame of the movement that is asked for, before its end, was given to be compared. */
  #seenUnderWay = false;
  #watches = new Map<Movement, MovementWatch>();
  #light: LightWatch | undefined;
  #lastHint: CaptureHint = 'ok';

  constructor(o: { readonly script: LivenessScript; readonly policy: FacePolicy; readonly clock: StreamClock }) {
    if (o.script.steps[0]?.action !== 'lookAhead' || o.script.steps.length < 2) throw new TypeError('a script begins with lookAhead and asks for something');
    this.#script = o.script;
    this.#policy = o.policy;
    this.#clock = o.clock;
    this.#baselineCollector = new BaselineCollector(o.policy);
  }

  get ended(): boolean {
    return this.#phase === 'ended';
  }

  /**
   * Whether the eyes of the next frame say anything: looking ahead, at the end of a rest, in a blink that was asked for, and
   * until something moved, since a person who does nothing still blinks.
   * @param capturedAtMs of that frame, which the clock has accepted
   */
  looksAtEyes(capturedAtMs: number): boolean {
    if (this.#phase === 'lookingAhead' || !this.#moved) return true;
    return this.#phase === 'acting' ? this.#asked.action === 'blink' : this.#pauseIsOver(capturedAtMs);
  }

  begin(): readonly FaceEvent[] {
    return [this.#prompt()];
  }

  /** What to say to a device whose screen is left shining when a capture breaks off. */
  darken(): readonly FaceEvent[] {
    const shining = this.#light?.shining === true;
    this.#light = undefined;
    return shining ? [{ type: 'screenLight', rgb: null }] : [];
  }

  /** A frame that repeats the one before byte for byte: time passes, nothing is seen. */
  repeat(receivedAtMs: number): Step {
    this.#motion.addRepeat();
    return this.#step(this.ended ? [] : this.#deadline(receivedAtMs));
  }

  observe(frame: FrameObservation): Step {
    if (this.ended) return this.#step([]);
    const { stream } = this.#policy;
    this.#since ??= frame.receivedAtMs;
    const gap = frame.capturedAtMs - (this.#lastCapturedAt ?? frame.capturedAtMs);
    this.#lastCapturedAt = frame.capturedAtMs;
    if (frame.faces !== undefined) this.#secondFaceSightings = frame.faces > 1 ? this.#secondFaceSightings + 1 : 0;
    const { face } = frame;

    if (face === undefined || this.#secondFaceSightings > 0 || gap > stream.maxFrameGapMs.value) this.#baselineCollector.interrupt();
    if (this.#phase !== 'lookingAhead') {
      if (this.#secondFaceSightings >= SECOND_FACE_SIGHTINGS) return this.#step(this.#fail('faceCount', 'FACE_MULTIPLE'));
      if (gap > stream.maxFrameGapMs.value) return this.#step(this.#fail('facePresence', 'FACE_TOO_FEW_FRAMES'));
      if (face === undefined && frame.receivedAtMs - this.#lastFaceAt > stream.maxFaceLostMs.value) return this.#step(this.#fail('facePresence', 'FACE_NOT_FOUND'));
    }
    const late = this.#deadline(frame.receivedAtMs);
    if (late.length > 0) return this.#step(late);
    if (face === undefined) return this.#step(this.#hint('noFace'));
    this.#lastFaceAt = frame.receivedAtMs;
    this.#motion.add(face);
    if (this.#secondFaceSightings > 0) return this.#step(this.#hint('manyFaces'));

    if (this.#baseline === undefined) return this.#lookAhead(face, frame.receivedAtMs);
    const facing = isFacing(face, this.#baseline, this.#policy) ? 'facing' : undefined;
    if (facing !== undefined) this.#baseline = this.#neutralMouth.see(face, this.#baseline, this.#policy);
    const { events, view } = this.#phase === 'resting' ? this.#rest(face, frame, this.#baseline) : this.#act(face, frame, this.#baseline);
    return this.#step(events, view ?? facing);
  }

  /** Whether the screen shines a code: the face then has its colours. */
  get shines(): boolean {
    return this.#light !== undefined;
  }

  /** @returns one outcome per check of {@link livenessChecks}; an unfinished script is a failed one */
  outcome(): readonly CheckOutcome[] {
    const complete = this.ended && this.#failure === undefined;
    const failure = complete ? undefined : (this.#failure ?? this.#unfinished());
    const asked = this.#script.steps;
    const notAsked: Partial<Record<LivenessCheck, boolean>> = {
      livenessParallax: !asked.some(({ action }) => isHorizontalTurn(action)),
      screenLight: !asked.some(({ action }) => action === 'watchScreen'),
      challenge: !isWholeChallenge(this.#script, this.#policy),
    };
    return livenessChecks.map((check) => {
      if (complete) return notAsked[check] === true ? notRun(check, 'notAsked') : passed(check);
      return failure?.check === check ? failed(check, failure.code) : notRun(check, 'captureIncomplete');
    });
  }

  #lookAhead(face: FaceObservation, nowMs: number): Step {
    const { thresholds, quality } = this.#policy;
    // The component of quality holds for a tilted head as well.
    const frontal = Math.abs(face.pose.yawDeg) <= thresholds.frontalYawDeg.value && Math.abs(face.pose.pitchDeg) <= thresholds.frontalPitchDeg.value && poseComponent(face.pose) >= quality.pose.value;
    if (!frontal || face.quality !== 'ok') {
      this.#baselineCollector.interrupt();
      return this.#step(this.#hint(face.quality === 'ok' ? 'lookAhead' : face.quality));
    }
    this.#baseline = this.#baselineCollector.add(face);
    const { length } = this.#baselineCollector;
    const due = this.#baseline !== undefined || length % BASELINE_SAMPLE_EVERY === BASELINE_SAMPLE_FIRST;
    const sample = length === BASELINE_SAMPLE_FIRST ? 'baselineFirst' : due ? 'baseline' : undefined;
    const hint = this.#hint(face.shortfall);
    return this.#step(this.#baseline === undefined ? hint : [...hint, ...this.#seen(nowMs)], sample);
  }

  /** Between two tasks: wait until the face is back at rest and the random pause is over. */
  #rest(face: FaceObservation, frame: FrameObservation, baseline: Baseline): Step {
    const moving = movements.some((movement) => (movementProgress(movement, face, baseline, this.#policy) ?? 0) >= ONSET);
    if (moving || !isFacing(face, baseline, this.#policy)) return this.#step(this.#hint('lookAhead'));
    if (!this.#pauseIsOver(frame.capturedAtMs)) return this.#step(this.#hint(face.shortfall));
    const sample = this.#index === 0 ? undefined : 'return';
    this.#since = frame.receivedAtMs;
    if (this.#index === this.#script.steps.length - 1) return this.#step(this.#end(), sample);
    this.#index++;
    this.#phase = 'acting';
    this.#atRest = face;
    this.#turnedFlat = false;
    this.#seenUnderWay = false;
    this.#watches = new Map(movements.map((movement) => [movement, new MovementWatch()]));
    const { light } = this.#asked;
    // A moment to read that the screen will shine.
    this.#light = light === undefined ? undefined : new LightWatch({ light, policy: this.#policy, startAtMs: frame.receivedAtMs + light.symbolMs });
    return this.#step([...this.#hint('ok'), this.#prompt()], sample);
  }

  #act(face: FaceObservation, frame: FrameObservation, baseline: Baseline): Step {
    const { script, thresholds } = this.#policy;
    const asked = this.#asked.action;
    const turn = isHorizontalTurn(asked);
    const turnOrNod = turn || isNod(asked);
    const begunInTime = this.#clock.takenAt(frame.capturedAtMs) >= this.#since! + script.minReactionMs.value;
    const atRest = this.#atRest!;
    if (isFacing(face, baseline, this.#policy) && Math.abs(face.pose.yawDeg - atRest.pose.yawDeg) <= STILL_DEG) this.#atRest = face;
    const parallax = turn ? measureParallax(baseline.mesh, face.mesh) : undefined;
    const flat = parallax !== undefined && !showsDepth(parallax, face.pose.yawDeg - baseline.yawDeg, this.#policy) && !showsDepth(measureParallax(atRest.mesh, face.mesh), face.pose.yawDeg - atRest.pose.yawDeg, this.#policy);
    const foreshortened = parallax !== undefined && parallax.foreshortening < thresholds.flatForeshortening.value;
    const done = movements.filter((movement) => {
      const progress = movementProgress(movement, face, baseline, this.#policy);
      return progress !== undefined && this.#watches.get(movement)!.see(progress, begunInTime);
    });
    // Before what was asked for: a picture that does everything at once does something wrong. Eyes blink by themselves.
    for (const movement of done) {
      if (movement === asked || movement === 'blink') continue;
      this.#watches.set(movement, new MovementWatch());
      this.#watches.get(movement)!.see(1, false);
      if (++this.#wrongActions > script.maxWrongActions.value) return this.#step(this.#fail('livenessScript', 'FACE_LIVENESS_WRONG_ACTION'));
    }
    if (this.#light !== undefined) return this.#step(this.#shine(this.#light, face, frame, baseline));
    // A turned face is hard to recognise: one that was never seen on the way there may be anybody's.
    if (done.some((movement) => movement === asked) && (!turnOrNod || this.#seenUnderWay)) {
      if (!flat) {
        this.#moved = true;
        return this.#step(this.#seen(frame.receivedAtMs), turnOrNod ? 'turned' : 'expressed');
      }
      this.#turnedFlat = true;
    }
    // A print that turns gets narrower without depth, and the mesh hardly calls it a turn.
    if (flat && foreshortened) this.#turnedFlat = true;
    const progress = movementProgress(asked as Movement, face, baseline, this.#policy) ?? 0;
    const underWay = turnOrNod && !this.#seenUnderWay && progress >= ONSET && progress < 1;
    this.#seenUnderWay ||= underWay;
    return this.#step(this.#hint(turn && progress >= ONSET ? 'turnMore' : 'ok'), underWay ? 'underWay' : undefined);
  }

  #shine(light: LightWatch, face: FaceObservation, frame: FrameObservation, baseline: Baseline): readonly FaceEvent[] {
    const skin = isFacing(face, baseline, this.#policy) ? face.skin : undefined;
    const { events, outcome } = light.see({ capturedAtMs: frame.capturedAtMs, receivedAtMs: frame.receivedAtMs, skin }, this.#clock);
    if (outcome === undefined) return events;
    this.#light = undefined;
    if (outcome === 'seen') return this.#seen(frame.receivedAtMs);
    return this.#fail(outcome === 'FACE_TOO_FEW_FRAMES' ? 'facePresence' : 'screenLight', outcome);
  }

  #pauseIsOver(capturedAtMs: number): boolean {
    return this.#clock.takenAt(capturedAtMs) >= this.#since! + (this.#script.steps[this.#index + 1]?.pauseMs ?? 0);
  }

  get #asked(): ScriptStep {
    return this.#script.steps[this.#index]!;
  }

  #prompt(): FaceEvent {
    const { action, timeoutMs } = this.#asked;
    return { type: 'prompt', index: this.#index, count: this.#script.steps.length, action, timeoutMs };
  }

  #seen(nowMs: number): readonly FaceEvent[] {
    this.#phase = 'resting';
    this.#since = nowMs;
    return [{ type: 'actionSeen', index: this.#index }];
  }

  #deadline(nowMs: number): readonly FaceEvent[] {
    const allowed = this.#phase === 'resting' ? (this.#script.steps[this.#index + 1]?.pauseMs ?? 0) + this.#policy.script.returnTimeoutMs.value : this.#asked.timeoutMs;
    if (nowMs - (this.#since ?? nowMs) <= allowed) return [];
    const { check, code } = this.#unfinished();
    return this.#fail(check, code);
  }

  /** Why a script was not finished, as tellingly as the frames allow. */
  #unfinished(): { readonly check: LivenessCheck; readonly code: FaceFaultCode } {
    if (this.#turnedFlat) return { check: 'livenessParallax', code: 'FACE_LIVENESS_NO_PARALLAX' };
    if (this.#secondFaceSightings > 0) return { check: 'faceCount', code: 'FACE_MULTIPLE' };
    if (this.#lastFaceAt === Number.NEGATIVE_INFINITY) return { check: 'facePresence', code: 'FACE_NOT_FOUND' };
    return { check: 'livenessScript', code: !this.#moved && this.#motion.isStill(this.#policy) ? 'FACE_NOT_LIVE' : 'FACE_LIVENESS_TIMEOUT' };
  }

  #fail(check: LivenessCheck, code: FaceFaultCode): readonly FaceEvent[] {
    this.#failure = { check, code };
    return this.#end();
  }

  #end(): readonly FaceEvent[] {
    this.#phase = 'ended';
    return [...this.darken(), { type: 'captureComplete' }];
  }

  #hint(hint: CaptureHint): readonly FaceEvent[] {
    if (hint === this.#lastHint) return [];
    this.#lastHint = hint;
    return [{ type: 'hint', hint }];
  }

  #step(events: readonly FaceEvent[], view?: Step['view']): Step {
    return { events, view };
  }
}
