/** One share of an attack report, in a process of its own: pictures and networks are the work of a core. */
import { policyToMeasure } from '@visavis/face/policy-to-measure';
import { answerParent } from '../../system/ask-child.ts';
import { type AttacksMeasured, type AttackWork, measureAttacks } from './measure-attacks.ts';

await answerParent<AttacksMeasured>(() => Promise.resolve((work: AttackWork) => measureAttacks({ ...work, policy: policyToMeasure, progress: (line) => console.error(line) })));
