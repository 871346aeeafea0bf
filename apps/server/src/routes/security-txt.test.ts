import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Wiring } from '../wiring.ts';
import { securityTxtRoutes } from './security-txt.ts';

const answer = async (securityContact: string | undefined) => {
  const app = Fastify();
  securityTxtRoutes(app, { configuration: { securityContact, origin: 'https://id.example' } as Wiring['configuration'], registry: { clock: () => Date.parse('2026-11-28T12:00:00.123Z') } as Wiring['registry'] });
  return app.inject('/.well-known/security.txt');
};

describe('security.txt', () => {
  it('says where to report, and until when that holds', async () => {
    const { statusCode, headers, body } = await answer('mailto:security@id.example');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toBe('Contact: mailto:security@id.example\nExpires: 2027-05-27T12:00:00Z\nPreferred-Languages: en, fr\nCanonical: https://id.example/.well-known/security.txt\n');
  });

  it('is not there when nobody is named: an address that nobody reads is worse', async () => {
    expect((await answer(undefined)).statusCode).toBe(404);
  });
});
