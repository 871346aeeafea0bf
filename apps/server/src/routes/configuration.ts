import type { ClientConfiguration } from '@visavis/contract';
import type { FastifyInstance } from 'fastify';
import { CONSENT_TEXT_VERSION } from '../consent-text.ts';
import type { Wiring } from '../wiring.ts';

/** What a client must know before it starts, and whether the service is well. */
export function configurationRoutes(app: FastifyInstance, { configuration, signer, registry, boothPool, queue }: Wiring): void {
  const { specimenStateUrl, demoServiceUrl } = configuration;
  const answer: ClientConfiguration = {
    operatorKey: signer.publicKey,
    logKey: signer.logKey,
    consentTextVersion: CONSENT_TEXT_VERSION,
    ...(specimenStateUrl === undefined ? {} : { specimenStateUrl }),
    ...(demoServiceUrl === undefined ? {} : { demoServiceUrl }),
    ...(configuration.mode === 'demo' ? { sandbox: true } : {}),
  };
  app.get('/api/configuration', () => answer);

  app.get('/health', async (_request, reply) => {
    const walls = boothPool.walls();
    const { booths, faceRooms } = boothPool.rooms();
    const rooms = { booths: { free: booths.most - booths.inUse, ...booths, waiting: queue.waiting }, faceRooms: { free: faceRooms.most - faceRooms.inUse, ...faceRooms } };
    const database = await registry.pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return reply.code(database ? 200 : 503).send({ status: database ? 'ok' : 'databaseUnavailable', walls, ...rooms });
  });
}
