/** One share of an attack report, in a process of its own: pictures and networks are the work of a core. */
import { facePolicy } from '@visavis/face/policy';
import { type AttackWork, measureAttacks } from './measure-attacks.ts';

const work = JSON.parse(process.argv[2] ?? '') as AttackWork;
const measured = await measureAttacks({ ...work, policy: facePolicy, progress: (line) => console.error(line) });
process.send?.(measured);
process.disconnect?.();
