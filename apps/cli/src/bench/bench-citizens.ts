import { citizenSeeds, createActor, createCitizen, loadCanonicalMesh } from '@visavis/specimen';

const PROMPTS = ['lookAhead', 'turnLeft', 'smile', 'openMouth', 'lookUp'] as const;
const FRAME_MS = 100;
/** An action begins, is held and ends. */
const FRAMES_PER_PROMPT = 20;
/** Frames that warm the compiler up and are not counted. */
const WARM_UP_FRAMES = 30;

/**
 * Frames of 480×640 of acting citizens per second of processor time, single-threaded; what else the machine does counts
 * little that way.
 * @param n citizens, evenly from the list, so that glasses and cloth have their share; at most as many as there are
 */
export function benchCitizens(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const mesh = loadCanonicalMesh();
  const people = Math.min(n, citizenSeeds.length);
  const seeds = Array.from({ length: people }, (_, place) => citizenSeeds[Math.floor((place * citizenSeeds.length) / people)]!);
  const cpuMs = (since?: NodeJS.CpuUsage): number => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1000;
  };
  let [makingMs, renderingMs, frames] = [0, 0, 0];
  for (const [place, seed] of seeds.entries()) {
    const beforeMaking = process.cpuUsage();
    const citizen = createCitizen({ seed, mesh });
    makingMs += cpuMs(beforeMaking);
    const actor = createActor({ citizen, seed: 1 });
    if (place === 0) for (let i = 0; i < WARM_UP_FRAMES; i++) actor.frameAt(i * FRAME_MS);
    const before = process.cpuUsage();
    for (let i = 0; i < FRAMES_PER_PROMPT * PROMPTS.length; i++) {
      if (i % FRAMES_PER_PROMPT === 0) actor.prompt(PROMPTS[i / FRAMES_PER_PROMPT]!, i * FRAME_MS);
      actor.frameAt(i * FRAME_MS);
      frames++;
    }
    const spent = cpuMs(before);
    renderingMs += spent;
    progress(`${place + 1}/${seeds.length}  citizen ${seed}: ${(spent / (FRAMES_PER_PROMPT * PROMPTS.length)).toFixed(1)} ms of CPU a frame`);
  }
  return Promise.resolve({ framesPerSecond: Number(((1000 * frames) / renderingMs).toFixed(1)), n: frames, citizens: seeds.length, cpuMsPerCitizenMade: Math.round(makingMs / seeds.length) });
}
