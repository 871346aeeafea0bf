import { benchBooth } from './bench-booth.ts';
import { benchChip } from './bench-chip.ts';
import { benchCitizens } from './bench-citizens.ts';
import { benchEnrol } from './bench-enrol.ts';
import { benchFace } from './bench-face.ts';
import { benchFuzz } from './bench-fuzz.ts';
import { benchLog } from './bench-log.ts';
import { benchSignIn } from './bench-sign-in.ts';
import { benchSite } from './bench-site.ts';

interface Benchmark {
  readonly about: string;
  readonly defaultRuns: number;
  run(runs: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>>;
}

export const benchmarks: Readonly<Record<string, Benchmark>> = {
  booth: { about: 'sealed rooms: start, idle memory, CPU per enrolment, time to the verdict alone and in company, cost of walls and sealing', defaultRuns: 6, run: benchBooth },
  chip: { about: 'a chip read and proved: round trips, commands, time over a slow network; passive authentications a second; a master list; quirks and attacks', defaultRuns: 15, run: benchChip },
  citizens: { about: 'frames of 480×640 of acting synthetic citizens per second of CPU', defaultRuns: 6, run: benchCitizens },
  enrol: { about: 'synthetic enrolments, one after another: time of each step, CPU and memory of booth and server', defaultRuns: 20, run: benchEnrol },
  face: { about: 'a face verification (portrait, 60 frames, 7 embeddings): CPU, time per stage, memory; the same work by the libraries whose weights it uses', defaultRuns: 3, run: benchFace },
  fuzz: { about: 'mutated inputs over every parser of chip data, secure messaging and the whole terminal: none may throw, hang or grow', defaultRuns: 1_000_000, run: benchFuzz },
  log: { about: 'entries of the transparency log appended per second, on disk and with proofs, on one core', defaultRuns: 50_000, run: benchLog },
  'sign-in': { about: 'whole sign-ins per second of server CPU, beside a bare provider in memory; queries, latency, and both with a population of n', defaultRuns: 1_000_000, run: benchSignIn },
  site: { about: 'the site in Chromium: script bytes before the camera, time until it answers on a slow device and line, what axe-core finds on its screens', defaultRuns: 5, run: benchSite },
};

/** Runs one benchmark. Progress goes to standard error, figures to standard output. */
export async function runBenchmark(name: string, options: { readonly json: boolean; readonly n: string | undefined }): Promise<number> {
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) {
    console.error(`visavis: no benchmark '${name}'. There are: ${Object.keys(benchmarks).join(', ')}`);
    return 2;
  }
  const runs = Number(options.n ?? benchmark.defaultRuns);
  if (!Number.isInteger(runs) || runs < 1) {
    console.error('visavis: --n takes a whole number above 0');
    return 2;
  }
  const figures = await benchmark.run(runs, (line) => console.error(line));
  console.log(JSON.stringify(figures, null, options.json ? undefined : 2));
  return 0;
}
