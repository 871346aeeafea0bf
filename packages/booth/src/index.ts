export { policiesInForce } from './decision/policies-in-force.ts';
export { type ReasonClass, reasonClassOf } from './decision/reason-class.ts';
export { boothFaults, type BoothFaultCode } from './faults.ts';
export type { BoothPool } from './pool/assemble-pool.ts';
export { type BoothPoolOptions, createBoothPool } from './pool/create-booth-pool.ts';
export { type Booth, BOOTH_LIMITS, type BoothEnd, type BoothEvent, type OpenBooth } from './pool/open-booth.ts';
export { missingWalls, type Walls } from './walls/walls.ts';
