import { ATTACK_SPECIES } from '@visavis/specimen';
import { askChild } from '../../system/ask-child.ts';
import type { AttacksMeasured, AttackWork } from './measure-attacks.ts';

/** Species whose pictures are the honest streams' own: they go where those are analysed already. */
const OF_HONEST_PICTURES: readonly string[] = ['injected-replay', 'face-swap', 'movement-double', 'duplicated-frames', 'time-warp', 'impostor', 'live-reenactment'];

/** Measures in two processes, and puts both answers together in the order of the catalogue. */
export async function measureInTwo(o: Omit<AttackWork, 'species'>): Promise<AttacksMeasured> {
  const names = ATTACK_SPECIES.map(({ name }) => name);
  const [first, second] = await Promise.all([
    run({ ...o, species: names.filter((name) => OF_HONEST_PICTURES.includes(name)) }),
    run({ ...o, honest: 0, species: names.filter((name) => !OF_HONEST_PICTURES.includes(name)) }),
  ]);
  return {
    honest: first.honest,
    species: names.flatMap((name) => [...first.species, ...second.species].filter((one) => one.name === name)),
    pictures: first.pictures + second.pictures,
    frames: first.frames + second.frames,
  };
}

const run = (work: AttackWork): Promise<AttacksMeasured> => askChild(new URL('attack-worker.ts', import.meta.url), work);
