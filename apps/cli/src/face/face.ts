import { FACE_CALIBRATE_USAGE, runFaceCalibrate } from './face-calibrate.ts';
import { FACE_EVAL_USAGE, runFaceEval } from './face-eval.ts';

export const faceUsage = (): string =>
  `  visavis face ${FACE_EVAL_USAGE}\n      error rates of the comparison on a folder of photographs, one folder per person; or on LFW's pairs\n  visavis face compare PORTRAIT PHOTOGRAPH [--json]\n      one photograph with one other, at the policy's threshold\n  visavis face ${FACE_CALIBRATE_USAGE}\n      measures the curves that the face policy takes its threshold from, and writes them as its evidence\n  visavis face attack-report [--honest N] [--per-species N] [--seed S] [--write-evidence FILE] [--json]\n      honest streams and catalogued attacks on synthetic citizens through the product's sessions: who is refused, who is not`;

export async function runFace([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  if (command === 'eval') return runFaceEval(args);
  if (command === 'compare') {
    // It needs the policy in force; the others have to work while there is none.
    const { runFaceCompare } = await import('./face-compare.ts');
    return runFaceCompare(args);
  }
  if (command === 'attack-report') {
    const { runFaceAttackReport } = await import('./face-attack-report.ts');
    return runFaceAttackReport(args, nowMs);
  }
  if (command === 'calibrate') return runFaceCalibrate(args, nowMs);
  console.error(faceUsage());
  return 2;
}
