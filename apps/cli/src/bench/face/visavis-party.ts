import { prepareMeasuredVerification } from '@visavis/face/measure';
import { facePolicy } from '@visavis/face/policy';
import { modelsDir } from '../../system/start-system.ts';
import { beParty, cpuMs } from './party.ts';

// Not warmed up: a face cell serves one person and ends, so that its first frames are slow for everybody.
await beParty(async () => {
  const verify = await prepareMeasuredVerification({ modelsDir, policy: facePolicy, cpuMs, wallMs: () => performance.now() });
  return async (work) => {
    const { cpuMs: usedMs, ...measured } = await verify(work);
    return { cpuSeconds: usedMs / 1000, ...measured };
  };
});
