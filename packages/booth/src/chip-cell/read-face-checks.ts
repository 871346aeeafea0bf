import { type CheckOutcome, failed, type FaultCatalogue, notRun, passed } from '@visavis/kernel';

/** The reason of a check that was not run is the face cell's own text, so it stays behind. */
const NOT_RUN = 'notRunInFaceCell';

/**
 * Takes a face cell's checks for what they may say at most: which of the known checks passed, failed by which known
 * code, or were not run, in the policy's order. The cell decodes a stranger's images; were it taken over, free text
 * here would carry a face out of the booth inside a signed verdict. Does not establish that any of it is true, nor that
 * all checks are there: the decision asks for those it needs.
 * @param said by the face cell: untrusted
 * @param known.checks names of the policy's checks
 * @param known.faults the face room's catalogue
 * @returns undefined when it says anything else: an unknown name or code, or a name twice
 */
export function readFaceChecks(said: readonly CheckOutcome[], known: { readonly checks: readonly string[]; readonly faults: FaultCatalogue<string> }): readonly CheckOutcome[] | undefined {
  const outcomes = new Map(said.map((outcome) => [outcome.check, outcome]));
  if (outcomes.size !== said.length || said.some(({ check }) => !known.checks.includes(check))) return undefined;
  if (said.some((outcome) => outcome.status === 'fail' && !known.faults.has(outcome.code))) return undefined;
  return known.checks.flatMap((check) => {
    const outcome = outcomes.get(check);
    if (outcome === undefined) return [];
    if (outcome.status === 'fail') return [failed(check, outcome.code)];
    return [outcome.status === 'pass' ? passed(check) : notRun(check, NOT_RUN)];
  });
}
