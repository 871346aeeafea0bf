import { z } from 'zod';
import { sha256 } from './measured.ts';

/**
 * One measured error rate behind a threshold, named as in ISO/IEC 19795-1 (fmr, fnmr, ftar) and 30107-3 (apcer, bpcer);
 * `missRate` and `falseAlarmRate` are of a signal, such as a movement not seen or seen where there was none.
 */
const errorRate = z.strictObject({
  rate: z.enum(['fmr', 'fnmr', 'apcer', 'bpcer', 'ftar', 'missRate', 'falseAlarmRate']),
  /** Comparisons or presentations. */
  n: z.int().positive(),
  value: z.number().min(0).max(1),
  /** Confidence interval (Wilson score), 95 %. */
  interval95: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
});

const evidence = z.strictObject({
  dataSet: z.string().min(1).max(200),
  method: z.string().min(1).max(600),
  date: z.iso.date(),
  errors: z.array(errorRate).min(1).max(8),
  /** What this evidence does not show. */
  limits: z.string().min(1).max(600),
});

/** A number that a verdict depends on, with what it was chosen by. */
const threshold = z.strictObject({ value: z.number(), unit: z.string().min(1).max(60), evidence });

/** A score from which on two faces are taken for one person's: where the recognition evidence's curve meets that rate. */
const scoreThreshold = (mostStrangers: number) =>
  z.strictObject({
    value: z.number(),
    unit: z.string().min(1).max(60),
    /** In the recognition evidence. */
    curve: z.string().min(1).max(64),
    /** Strangers that may pass. */
    fmr: z.number().positive().max(mostStrangers),
    reason: z.string().min(1).max(600),
  });

/** An attack score from which on a presentation is refused: the highest at which the measured network lets through no more than that of any species. */
const attackScoreLimit = z.strictObject({
  value: z.number(),
  unit: z.string().min(1).max(80),
  /** Of the worst species, at 95 % confidence. */
  apcer: z.number().positive().max(0.2),
  reason: z.string().min(1).max(600),
});

/** A number of the procedure (a time, a count), with its reason. */
const setting = z.strictObject({ value: z.int().positive(), reason: z.string().min(1).max(400) });

export const facePolicySchema = z
  .strictObject({
    /** A verdict names it after the decision policy's, in 64 characters. */
    version: z.string().min(1).max(32),
    /** Scores mean nothing with another embedder: the engine refuses a policy for one that it does not have. */
    embedder: z.strictObject({ id: z.string().min(1).max(64), sha256 }),
    /** SHA-256 of what each evidence file says. */
    evidence: z.strictObject({ recognition: sha256, liveness: sha256, passivePad: sha256.optional() }),
    /** Only where an operator's network for passive presentation attack detection is mounted. None ships. */
    passivePad: z.strictObject({ id: z.string().min(1).max(64), sha256, frames: setting, attackScore: attackScoreLimit }).optional(),
    script: z.strictObject({
      lookAheadTimeoutMs: setting,
      actionTimeoutMs: setting,
      returnTimeoutMs: setting,
      minPauseMs: setting,
      maxPauseMs: setting,
      minReactionMs: setting,
      baselineFrames: setting,
      maxWrongActions: setting,
      minMovements: setting,
      maxMovements: setting,
      movementsWithoutLight: setting,
      lightSymbols: setting,
      minLightSymbolsRight: setting,
      lightSymbolMs: setting,
      lightTimeoutMs: setting,
      maxLightLagMs: setting,
    }),
    stream: z.strictObject({
      maxFaceLostMs: setting,
      maxFrameGapMs: setting,
      maxDelaySpreadMs: setting,
      searchEveryFrames: setting,
      continuityEveryFrames: setting,
      minProbeFrames: setting,
      minComparedFrames: setting,
      maxProbeFrames: setting,
      maxBeginningFrames: setting,
      maxFramesPerSecond: setting,
    }),
    thresholds: z.strictObject({
      /** 1e-4 at most; 1e-5 where the verdict is to carry the level high. */
      comparisonScore: scoreThreshold(1e-4),
      continuityScore: scoreThreshold(1e-2),
      facePresence: threshold,
      faceConfidence: threshold,
      secondFaceSize: threshold,
      frontalYawDeg: threshold,
      frontalPitchDeg: threshold,
      turnYawDeg: threshold,
      turnPitchDeg: threshold,
      restDeg: threshold,
      parallaxResidual: threshold,
      noseShift: threshold,
      turnNarrowing: threshold,
      flatForeshortening: threshold,
      lightResponse: threshold,
      smileWidthGain: threshold,
      mouthOpeningGain: threshold,
      blinkEyeDrop: threshold,
      stillMouthRange: threshold,
      stillEyeDrop: threshold,
      minBrightness: threshold,
      maxBrightness: threshold,
      minSharpness: threshold,
      minFaceHeight: threshold,
      maxFaceHeight: threshold,
      maxOffCentre: threshold,
    }),
    /** The least of each component of capture quality, 0–100, in a frame that is compared. */
    quality: z.strictObject({
      pose: threshold,
      sharpness: threshold,
      brightness: threshold,
      contrast: threshold,
      evenness: threshold,
      exposure: threshold,
      occlusion: threshold,
      eyesOpen: threshold,
      expression: threshold,
      interEyeDistance: threshold,
    }),
    /** Over everything else in the file: {@link policySeal}. */
    seal: sha256,
  })
  .refine((p) => (p.passivePad === undefined) === (p.evidence.passivePad === undefined), { message: 'passive attack detection comes with its evidence', path: ['evidence', 'passivePad'] })
  .refine((p) => p.script.minPauseMs.value <= p.script.maxPauseMs.value, 'pauses are the wrong way round')
  .refine((p) => p.script.minMovements.value <= p.script.maxMovements.value, 'numbers of movements are the wrong way round')
  .refine((p) => p.script.lightSymbolMs.value >= 500, 'WCAG 2.3.1: more than two colours a second')
  .refine((p) => p.script.lightSymbols.value >= 4 && p.script.lightSymbols.value <= 16, 'a code has 4 to 16 colours');

/** What the file says; nothing in it was checked against evidence. */
export type FacePolicyFile = z.infer<typeof facePolicySchema>;

declare const parsed: unique symbol;
/** Thresholds that were checked against their evidence. Made by {@link parseFacePolicy} only. */
export type FacePolicy = FacePolicyFile & { readonly [parsed]: true };
