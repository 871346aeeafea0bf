import { faceFaults } from '@visavis/face/faults';
import { type Fault, toPublic } from '@visavis/kernel';
import { faceCommandFaults } from './faults.ts';

/** In the language of the error page, with the line of the file where there is one. @returns the exit status */
export function tellFault(fault: Fault): number {
  const { code, meaning, nextStep } = toPublic(fault, faceCommandFaults, faceFaults);
  const line = fault.detail['line'];
  console.error(`visavis: ${code}${line === undefined ? '' : ` (line ${line})`}: ${meaning} ${nextStep}`);
  return 1;
}
