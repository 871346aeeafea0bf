import type { Clock, RandomBytes } from '@visavis/kernel';
import websocket from '@fastify/websocket';
import { createSpecimenState } from '@visavis/specimen';
import fastify, { type FastifyInstance } from 'fastify';
import { createPassportCabinet } from './passport-cabinet.ts';
import { refuse } from './refuse.ts';
import { MAX_BATCH_BYTES, serveChips } from './routes/chips.ts';
import { serveCivilRecords } from './routes/civil-records.ts';
import { serveCitizens } from './routes/citizens.ts';
import { allowSites } from './routes/cross-origin.ts';
import { servePassports } from './routes/passports.ts';
import { serveTrustAnchors } from './routes/trust-anchors.ts';

/** Whoever has not sent a whole request by then is not going to. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface SpecimenServerOptions {
  readonly siteOrigins: readonly string[];
  readonly seed: string;
  readonly maxPassports: number;
  readonly passportLifetimeMs: number;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** The made-up state's own server: passport office, chips, trust anchors, civil registry, pictures of citizens. Everything it makes lies in memory and is lost with it. */
export async function createSpecimenServer(o: SpecimenServerOptions): Promise<FastifyInstance> {
  // No logger: requests carry portraits and names.
  const server = fastify({ logger: false, requestTimeout: REQUEST_TIMEOUT_MS, bodyLimit: 1024, forceCloseConnections: true });
  server.setErrorHandler(async (error: { statusCode?: number }, _request, reply) => refuse(reply, (error.statusCode ?? 500) < 500 ? 'SPECIMEN_REQUEST_INVALID' : 'SPECIMEN_FAILED'));
  server.setNotFoundHandler(async (_request, reply) => refuse(reply, 'SPECIMEN_ADDRESS_UNKNOWN'));
  allowSites(server, o.siteOrigins);
  await server.register(websocket, { options: { maxPayload: MAX_BATCH_BYTES } });

  const state = createSpecimenState({ seed: o.seed, nowMs: o.clock(), random: o.random });
  const cabinet = createPassportCabinet({ maxPassports: o.maxPassports, lifetimeMs: o.passportLifetimeMs, clock: o.clock, random: o.random });
  serveTrustAnchors(server, state);
  servePassports(server, { state, cabinet, clock: o.clock });
  serveChips(server, { cabinet });
  serveCitizens(server);
  serveCivilRecords(server);
  return server;
}
