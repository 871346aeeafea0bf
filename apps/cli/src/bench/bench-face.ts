import { askChild } from '../system/ask-child.ts';
import { makeVerificationWork } from './face/verification-work.ts';
import type { PartyMeasured } from './face/party.ts';
import { percentile } from './percentile.ts';

/** The product first: the others are measured by it. */
const PARTIES = [
  { name: 'visavis', file: './face/visavis-party.ts' },
  { name: '@vladmandic/human', file: './face/human-party.ts' },
  { name: '@vladmandic/face-api', file: './face/face-api-party.ts' },
] as const;

const TIMEOUT_MS = 300_000;

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/**
 * What a verification takes: a portrait, 60 frames of 480×640 and seven embeddings, by the product and, with the same
 * pictures and as many embeddings, by the two libraries whose weights it uses. Each verification has a fresh process and
 * one core; loading is not counted, and the libraries get one picture to warm up where the product gets none. Figures
 * are of the run that took least processor time, since whatever else the machine does can only add to it.
 * @param n verifications of each party, by turns
 */
export async function benchFace(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const work = await makeVerificationWork();
  const runs = new Map<string, PartyMeasured[]>(PARTIES.map(({ name }) => [name, []]));
  for (let i = 0; i < n; i++)
    for (const party of PARTIES) {
      const measured = await askChild<PartyMeasured>(new URL(party.file, import.meta.url), work, TIMEOUT_MS);
      runs.get(party.name)!.push(measured);
      progress(`${i + 1}/${n}  ${party.name.padEnd(22)}${measured.cpuSeconds.toFixed(2)} s of CPU, ${Math.round(measured.peakMiB)} MiB`);
    }
  const best = (name: string): PartyMeasured => runs.get(name)!.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0]!;
  const own = runs.get('visavis')!;
  const ours = best('visavis');
  return {
    n,
    pinnedToOneCore: [...runs.values()].flat().every((run) => run.pinnedToOneCore),
    cpuSecondsPerVerification: round(ours.cpuSeconds, 3),
    cpuSecondsMedian: round(percentile(own.map(({ cpuSeconds }) => cpuSeconds), 50), 3),
    lastFrameToDecisionMs: round(percentile(own.map(({ lastFrameToDecisionMs }) => lastFrameToDecisionMs!), 50), 1),
    peakMiB: round(Math.max(...own.map(({ peakMiB }) => peakMiB)), 0),
    stagesMs: Object.fromEntries(Object.entries(ours.stagesMs!).map(([stage, ms]) => [stage, round(ms, 1)])),
    peers: PARTIES.slice(1).map(({ name }) => {
      const { cpuSeconds, peakMiB } = best(name);
      return { name, cpuSeconds: round(cpuSeconds), ratio: round(cpuSeconds / ours.cpuSeconds), peakMiB: round(peakMiB, 0) };
    }),
  };
}
