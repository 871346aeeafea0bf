import { facePolicy } from '@visavis/face/policy';
import { citizenSeeds } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { signalEvidence } from '../src/face/face-measure-signals.ts';
import { measureSignals, type SignalMeasured } from '../src/face/signals/measure-signals.ts';
import { modelsDir } from '../src/system/start-system.ts';

const PEOPLE = 3;

/** Three of the people whom the policy's words are of: they can't have erred more often than all of them. */
describe('what the policy says of its limits’ errors', () => {
  let measured: readonly SignalMeasured[];
  beforeAll(async () => {
    measured = await measureSignals({ modelsDir, policy: facePolicy, seeds: citizenSeeds.slice(0, PEOPLE), progress: () => undefined });
  });

  it('is in the words of the command that measures it, on everybody, and a part of them errs no more often', () => {
    expect(measured).toHaveLength(10);
    for (const signal of measured) {
      const { evidence } = facePolicy.thresholds[signal.name];
      const { dataSet, method, limits } = signalEvidence(signal, citizenSeeds.length);
      expect([signal.name, evidence]).toMatchObject([signal.name, { dataSet, method, limits }]);
      expect(signal.errors.map(({ rate }) => rate)).toEqual(evidence.errors.map(({ rate }) => rate));
      for (const [i, { n, value }] of signal.errors.entries()) {
        const all = evidence.errors[i]!;
        expect([signal.name, all.n]).toEqual([signal.name, (n * citizenSeeds.length) / PEOPLE]);
        expect(value * n).toBeLessThanOrEqual(all.value * all.n + 1e-9);
      }
    }
  });

  it('is an error where a limit is moved to where it errs', async () => {
    const { restDeg, mouthOpeningGain } = facePolicy.thresholds;
    const moved = { ...facePolicy, thresholds: { ...facePolicy.thresholds, restDeg: { ...restDeg, value: 30 }, mouthOpeningGain: { ...mouthOpeningGain, value: 2 } } };
    const signals = await measureSignals({ modelsDir, policy: moved, seeds: citizenSeeds.slice(0, 1), progress: () => undefined });
    expect(signals.find(({ name }) => name === 'restDeg')!.errors.find(({ rate }) => rate === 'falseAlarmRate')!.value).toBe(1);
    expect(signals.find(({ name }) => name === 'mouthOpeningGain')!.errors.find(({ rate }) => rate === 'missRate')!.value).toBe(1);
  });
});
