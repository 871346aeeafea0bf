import type { FastifyInstance } from 'fastify';
import type { Wiring } from '../wiring.ts';

/** The standard recommends less than a year; made anew with each answer, so that it never runs out unseen. */
const VALID_MS = 180 * 24 * 3600 * 1000;

/** Where whoever found a weakness turns to. @source RFC 9116 §2.5, §3 */
export function securityTxtRoutes(app: FastifyInstance, { configuration, registry }: Pick<Wiring, 'configuration' | 'registry'>): void {
  const { securityContact, origin } = configuration;
  if (securityContact === undefined) return;
  app.get('/.well-known/security.txt', (_request, reply) => {
    const expires = new Date(registry.clock() + VALID_MS).toISOString().replace(/\.\d+Z$/, 'Z');
    const fields = [`Contact: ${securityContact}`, `Expires: ${expires}`, 'Preferred-Languages: en, fr', `Canonical: ${origin}/.well-known/security.txt`];
    return reply.type('text/plain; charset=utf-8').send(`${fields.join('\n')}\n`);
  });
}
