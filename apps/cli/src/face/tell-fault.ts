import { faceFaults } from '@visavis/face/faults';
import { type Fault, toPublic } from '@visavis/kernel';
import { faceCommandFaults } from './faults.ts';

/** In the language of the error page, with the line or the file where there is one. @returns the exit status */
export function tellFault(fault: Fault): number {
  const { code, meaning, nextStep } = toPublic(fault, faceCommandFaults, faceFaults);
  const { line, file } = fault.detail;
  const place = line !== undefined ? ` (line ${line})` : file !== undefined ? ` (${file})` : '';
  console.error(`visavis: ${code}${place}: ${meaning} ${nextStep}`);
  return 1;
}
