import { parseTilePath, TILE_WIDTH } from '@visavis/log';
import { listPublicOpenings, type Registry } from '@visavis/registry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import type { OperatorSigner } from '../operator-signer.ts';
import { createRateLimiter } from '../rate-limiter.ts';

/** One network's auditors: a log of ten million entries is copied within ten minutes, by whoever no cache serves. */
const READS_PER_MINUTE = 10_000;
/** Newer ones come with every entry. */
const CHECKPOINT_MAX_AGE_S = 1;
/** Tiles never change: a partial one has its width in its address. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** The longest tile path has 64 characters. */
const MAX_PATH_CHARS = 64;

/** The transparency log as C2SP tlog-tiles: everybody may copy it whole and check it. Nothing in it can be read without an entry's salt. */
export function logRoutes(app: FastifyInstance, { registry, signer }: { readonly registry: Pick<Registry, 'log' | 'pool' | 'clock'>; readonly signer: Pick<OperatorSigner, 'logKey'> }): void {
  const mayRead = createRateLimiter(registry.clock, READS_PER_MINUTE);
  app.addHook('onRequest', async (request, reply) => {
    if (!mayRead(request.ip)) await refuse(reply, serverFaults.fault('LOG_READ_TOO_OFTEN'));
    // Auditors' pages, of whatever origin. There are no cookies in this, and nothing that differs between readers.
    else void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
  });
  const text = (reply: FastifyReply, maxAgeS: number): FastifyReply => reply.type('text/plain; charset=utf-8').header('cache-control', `public, max-age=${maxAgeS}`);

  app.get('/log/checkpoint', async (_request, reply) => text(reply, CHECKPOINT_MAX_AGE_S).send(await registry.log.checkpoint()));

  // For people to compare with the key they hold; a key that came with what it should verify proves nothing.
  app.get('/log/key', async (_request, reply) => text(reply, 0).send(`${signer.logKey}\n`));

  app.get('/log/openings', async (_request, reply) => reply.header('cache-control', 'no-cache').send({ openings: await listPublicOpenings(registry) }));

  app.get<{ Params: { '*': string } }>('/log/tile/*', async (request, reply) => {
    const path = request.params['*'];
    const tile = path.length > MAX_PATH_CHARS ? undefined : parseTilePath(`tile/${path}`);
    const content = tile === undefined || (typeof tile.level === 'number' && tile.level > 7) || tile.width > TILE_WIDTH ? undefined : await registry.log.tile(tile.level, tile.index, tile.width);
    if (content === undefined) return refuse(reply.header('cache-control', 'no-store'), serverFaults.fault('REQUEST_ADDRESS_UNKNOWN'));
    return reply.type('application/octet-stream').header('cache-control', FOR_EVER).send(Buffer.from(content));
  });
}
