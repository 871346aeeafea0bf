import { FACE_CALIBRATE_USAGE, runFaceCalibrate } from './face-calibrate.ts';
import { FACE_CALIBRATE_PAD_USAGE, runFaceCalibratePad } from './face-calibrate-pad.ts';
import { FACE_EVAL_USAGE, runFaceEval } from './face-eval.ts';

/** Here, since these are loaded only when they are asked for: they need the policy in force. */
const COMPARE_USAGE = 'compare PORTRAIT PHOTOGRAPH [--json]';
const SEAL_USAGE = 'seal DIR --version WORD [--fmr RATE] [--apcer RATE]';
const ATTACK_REPORT_USAGE = 'attack-report [--honest N] [--per-species N] [--seed S] [--write-evidence FILE] [--json]';

const SIGNALS_USAGE = 'measure-signals [--write-policy FILE] [--json]';

export const faceUsage = (): string =>
  `  visavis face ${FACE_EVAL_USAGE}\n      error rates of the comparison on a folder of photographs, one folder per person; or on LFW's pairs\n  visavis face ${COMPARE_USAGE}\n      one photograph with one other, at the policy's threshold\n  visavis face ${FACE_CALIBRATE_USAGE}\n      measures the curves that the face policy takes its threshold from, and writes them as its evidence\n  visavis face ${FACE_CALIBRATE_PAD_USAGE}\n      how often an operator's passive attack detection errs, one folder per presentation; attacks sorted by species\n  visavis face ${SEAL_USAGE}\n      makes the face policy of an operator's folder from the evidence in it, for VISAVIS_FACE_DIR\n  visavis face ${ATTACK_REPORT_USAGE}\n      honest streams and catalogued attacks on synthetic citizens through the product's sessions: who is refused, who is not\n  visavis face ${SIGNALS_USAGE}\n      how often single limits of the face policy err on synthetic citizens; writes that into the policy’s evidence, to be sealed again`;

export async function runFace([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  if (command === 'eval') return runFaceEval(args);
  if (command === 'compare') {
    const { runFaceCompare } = await import('./face-compare.ts');
    return runFaceCompare(args, COMPARE_USAGE);
  }
  if (command === 'attack-report') {
    const { runFaceAttackReport } = await import('./face-attack-report.ts');
    return runFaceAttackReport(args, nowMs, ATTACK_REPORT_USAGE);
  }
  if (command === 'measure-signals') {
    const { runFaceMeasureSignals } = await import('./face-measure-signals.ts');
    return runFaceMeasureSignals(args, nowMs, SIGNALS_USAGE);
  }
  if (command === 'seal') {
    const { runFaceSeal } = await import('./face-seal.ts');
    return runFaceSeal(args, SEAL_USAGE);
  }
  if (command === 'calibrate-pad') return runFaceCalibratePad(args, nowMs);
  if (command === 'calibrate') return runFaceCalibrate(args, nowMs);
  console.error(faceUsage());
  return 2;
}
