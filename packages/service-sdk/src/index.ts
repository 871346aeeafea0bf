export { type Claim, CLAIMS, type ClaimTypes, type ToldClaims } from './claims.ts';
export { createService, type PendingSignIn, type Service, type SignedIn } from './create-service.ts';
export { serviceFaultEntries, type ServiceFault, type ServiceFaultCode, type ServiceResult } from './faults.ts';
export { LEVELS, type Level } from './levels.ts';
export type { ServiceAuthentication, ServiceSettings } from './settings.ts';
export type { EndedSignIn } from './verify-logout-token.ts';
