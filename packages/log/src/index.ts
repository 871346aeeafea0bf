export { commitment } from './commitment.ts';
