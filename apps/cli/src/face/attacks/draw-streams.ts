import { type Citizen, type Conditions, createCitizen, loadCanonicalMesh } from '@visavis/specimen';

/** Rooms, screens and distances that streams are taken in. */
export const CONDITIONS: readonly Conditions[] = [
  { ambientLight: 1, screenShare: 0.1, scale: 1 },
  { ambientLight: 0.7, screenShare: 0.12, scale: 1.1 },
  { ambientLight: 1.25, screenShare: 0.07, scale: 0.9 },
];

/** Makes each citizen once: that is the slow part. */
export function openCast(seeds: readonly number[]): (place: number) => Citizen {
  const mesh = loadCanonicalMesh();
  const made = new Map<number, Citizen>();
  return (place) => {
    const seed = seeds[place % seeds.length]!;
    const citizen = made.get(seed) ?? createCitizen({ seed, mesh });
    made.set(seed, citizen);
    return citizen;
  };
}
