/** One share of an attack report, in a process of its own: pictures and networks are the work of a core. */
import { facePolicy } from '@visavis/face/policy';
import { answerParent } from '../../system/ask-child.ts';
import { type AttacksMeasured, type AttackWork, measureAttacks } from './measure-attacks.ts';

await answerParent<AttacksMeasured>(() => Promise.resolve((work: AttackWork) => measureAttacks({ ...work, policy: facePolicy, progress: (line) => console.error(line) })));
