import faceFile from './face-policy.json' with { type: 'json' };
import type { FacePolicy } from './face-policy.ts';
import { parseFacePolicy } from './parse-face-policy.ts';

// Here as well as in the native entry: the booth's chip cell names refusals and must load nothing native.
export { faceFaults } from '../faults.ts';
export type { FacePolicy } from './face-policy.ts';
export { parseFacePolicy } from './parse-face-policy.ts';

const parsed = parseFacePolicy(faceFile);
// The checked-in file is the programmer's: a process must not start with a broken one.
if (!parsed.ok) throw new Error(`face-policy.json is invalid at ${String(parsed.fault.detail['where'])}`);

/** The policy that ships with this version. */
export const facePolicy: FacePolicy = parsed.value;
