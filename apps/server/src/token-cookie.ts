import type { FastifyReply, FastifyRequest } from 'fastify';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A cookie that carries one of our tokens, for this site's own pages and calls. */
export interface TokenCookie {
  set(reply: FastifyReply, token: string): void;
  clear(reply: FastifyReply): void;
  /** The token a browser sent; undefined also when it is no token of ours. */
  read(request: FastifyRequest): string | undefined;
}

/** @param name with https the browser binds it to this host and path (RFC 6265bis §4.1.3.2) */
export function tokenCookie(origin: string, name: string, lifetimeS: number): TokenCookie {
  const isSecure = origin.startsWith('https:');
  const bound = isSecure ? `__Host-${name}` : name;
  const serialize = (value: string, maxAgeS: number): string => `${bound}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    set: (reply, token) => void reply.header('set-cookie', serialize(token, lifetimeS)),
    clear: (reply) => void reply.header('set-cookie', serialize('', 0)),
    read(request) {
      const sent = request.headers.cookie?.split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${bound}=`))?.slice(bound.length + 1);
      return sent !== undefined && TOKEN.test(sent) ? sent : undefined;
    },
  };
}
