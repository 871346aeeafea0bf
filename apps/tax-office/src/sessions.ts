import { randomBytes } from 'node:crypto';

/** Who signed in, as the identity service said. */
export interface Taxpayer {
  /** This service's own name for the person: no other service gets the same. */
  readonly subject: string;
  readonly name: string;
  readonly birthdate: string;
  readonly levelOfAssurance: string;
}

/** Between the redirect to the identity service and the return. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export type Session = { readonly kind: 'pending'; readonly signIn: PendingSignIn } | { readonly kind: 'signedIn'; readonly taxpayer: Taxpayer };

export interface SessionStore {
  /** @returns a fresh id: a session never keeps its id across a sign-in */
  open(session: Session): string;
  find(id: string | undefined): Session | undefined;
  close(id: string | undefined): void;
}

const LIFETIME_MS = 30 * 60 * 1000;
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
  };
}
