import type { EnrolmentState } from '../enrolment/enrolment-state.ts';

type DemoPassport = Required<Pick<EnrolmentState, 'demoChip' | 'fields'>>;

let kept: DemoPassport | undefined;

/** A passport outlives one visit to a door: a recovery needs the one that the identity was made with. In this page's memory only. */
export function keepDemoPassport(passport: DemoPassport): void {
  kept = passport;
}

/** The passport made on this page, until it is reloaded. */
export function lastDemoPassport(): DemoPassport | undefined {
  return kept;
}
