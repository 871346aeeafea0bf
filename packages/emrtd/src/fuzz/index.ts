export type { FuzzSubject } from './fuzz-subject.ts';
export { fuzzSubjects } from './fuzz-subjects.ts';
export { type FuzzFinding, type FuzzReport, judge, runFuzz } from './run-fuzz.ts';
