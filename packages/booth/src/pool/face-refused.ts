import { faceFaults } from '@visavis/face/policy';
import { type Fault, toPublic } from '@visavis/kernel';

/** Why no booth is opened with an operator's face networks, for the operator: the code first, then words, then where. */
export function faceRefused(fault: Fault): Error {
  const { code, meaning, nextStep } = toPublic(fault, faceFaults);
  const where = fault.detail['where'];
  return new Error(`${code}: ${meaning} ${nextStep}${where === undefined || where === '' ? '' : `\n  - ${where}`}`);
}
