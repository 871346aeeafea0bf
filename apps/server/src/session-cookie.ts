import { SESSION_LIFETIME_MS } from '@visavis/registry';
import type { FastifyReply, FastifyRequest } from 'fastify';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** With https the name itself binds the cookie to this host and path (RFC 6265bis §4.1.3.2). */
const cookieName = (origin: string): string => (origin.startsWith('https:') ? '__Host-visavis_session' : 'visavis_session');

export function setSessionCookie(reply: FastifyReply, origin: string, token: string): void {
  reply.header('set-cookie', serialize(origin, token, SESSION_LIFETIME_MS / 1000));
}

export function clearSessionCookie(reply: FastifyReply, origin: string): void {
  reply.header('set-cookie', serialize(origin, '', 0));
}

/** The session token a browser sent; undefined also when it is no token of ours. */
export function sessionToken(request: FastifyRequest, origin: string): string | undefined {
  const prefix = `${cookieName(origin)}=`;
  const sent = request.headers.cookie?.split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
  return sent !== undefined && TOKEN.test(sent) ? sent : undefined;
}

const serialize = (origin: string, value: string, maxAgeS: number): string => `${cookieName(origin)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${origin.startsWith('https:') ? '; Secure' : ''}`;
