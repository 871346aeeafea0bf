import { DESK_SESSION_LIFETIME_MS } from '@visavis/registry';
import { type TokenCookie, tokenCookie } from './token-cookie.ts';

/** Of an agent's session: never a citizen's, also in the same browser. */
export const deskCookie = (origin: string): TokenCookie => tokenCookie(origin, 'visavis_desk', DESK_SESSION_LIFETIME_MS / 1000);
