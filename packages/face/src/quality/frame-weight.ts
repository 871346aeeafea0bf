import { type QualityComponent, qualityComponentNames, type QualityComponents } from './quality-components.ts';

/** The least that each component has to have in a frame that is compared. */
export type QualityMinimums = Readonly<Record<QualityComponent, number>>;

/** Codes of what is wrong with a frame, in the components' order. What is not a number falls short. */
export const qualityShortfalls = (components: QualityComponents, minimums: QualityMinimums): readonly QualityComponent[] => qualityComponentNames.filter((name) => !(components[name] >= minimums[name]));

/**
 * How much a frame counts beside others of its stream, 0–1: the geometric mean of its components, so that one bad one
 * counts; 0 when one falls short. Says nothing about the face.
 */
export function frameWeight(components: QualityComponents, minimums: QualityMinimums): number {
  if (qualityShortfalls(components, minimums).length > 0) return 0;
  return Math.exp(qualityComponentNames.reduce((sum, name) => sum + Math.log(Math.max(1, components[name]) / 100), 0) / qualityComponentNames.length);
}
