import { SESSION_LIFETIME_MS } from '@visavis/registry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type TokenCookie, tokenCookie } from './token-cookie.ts';

const cookieOf = (origin: string): TokenCookie => tokenCookie(origin, 'visavis_session', SESSION_LIFETIME_MS / 1000);

export const setSessionCookie = (reply: FastifyReply, origin: string, token: string): void => cookieOf(origin).set(reply, token);

export const clearSessionCookie = (reply: FastifyReply, origin: string): void => cookieOf(origin).clear(reply);

/** The session token a browser sent; undefined also when it is no token of ours. */
export const sessionToken = (request: FastifyRequest, origin: string): string | undefined => cookieOf(origin).read(request);
