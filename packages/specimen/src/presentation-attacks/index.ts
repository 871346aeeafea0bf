export { createPerformer } from './create-performer.ts';
export type { Conditions, FindFace, Performer, Scene } from './scene.ts';
export { ATTACK_SPECIES, type AttackSpecies, type Cast } from './species.ts';
