import { randomBytes } from 'node:crypto';
import type { EndedSignIn, PendingSignIn } from '@visavis/service-sdk';
import type { Customer } from './sign-in.ts';

export type Session = { readonly kind: 'pending'; readonly signIn: PendingSignIn } | { readonly kind: 'signedIn'; readonly customer: Customer };

export interface SessionStore {
  /** @returns a fresh id: a session never keeps its id across a sign-in */
  open(session: Session): string;
  find(id: string | undefined): Session | undefined;
  close(id: string | undefined): void;
  /** Ends the sessions of a sign-in that has ended elsewhere: that one, where it is named, or all of this customer. */
  closeAll(ended: EndedSignIn): void;
}

const LIFETIME_MS = 15 * 60 * 1000;
/** In memory; the oldest goes when a flood comes. */
const MAX_SESSIONS = 5000;

export function createSessionStore(clock: () => number): SessionStore {
  const sessions = new Map<string, { readonly session: Session; readonly endsAtMs: number }>();
  return {
    open(session) {
      const [oldest] = sessions.keys();
      if (sessions.size >= MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, { session, endsAtMs: clock() + LIFETIME_MS });
      return id;
    },
    find(id) {
      const kept = id === undefined ? undefined : sessions.get(id);
      return kept !== undefined && kept.endsAtMs > clock() ? kept.session : undefined;
    },
    close(id) {
      if (id !== undefined) sessions.delete(id);
    },
    closeAll({ sid, subject }) {
      for (const [id, { session }] of sessions) {
        if (session.kind === 'signedIn' && (sid === undefined ? session.customer.subject === subject : session.customer.sid === sid)) sessions.delete(id);
      }
    },
  };
}
