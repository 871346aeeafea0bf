import { mintPassportRequest } from '@visavis/contract';
import type { Clock } from '@visavis/kernel';
import { cropPortrait, type SpecimenState, tamperings } from '@visavis/specimen';
import type { FastifyInstance } from 'fastify';
import type { PassportCabinet } from '../passport-cabinet.ts';
import { refuse } from '../refuse.ts';

/** An order with its portrait in base64, and some room for the rest. */
const MAX_ORDER_BYTES = 3_010_000;
/** Pictures decoded at once; more wait for nobody and are told so. */
const MAX_ORDERS_IN_HAND = 4;

/** `POST /passports`: a passport with this portrait, for whoever asks, tampered with if asked. The office checks nothing: it is made up. */
export function servePassports(server: FastifyInstance, o: { readonly state: SpecimenState; readonly cabinet: PassportCabinet; readonly clock: Clock }): void {
  let inHand = 0;
  server.post('/passports', { bodyLimit: MAX_ORDER_BYTES }, async (request, reply) => {
    const order = mintPassportRequest.safeParse(request.body);
    if (!order.success || !/[A-Z]/.test(order.data.familyName) || !/[A-Z]/.test(order.data.givenNames)) return refuse(reply, 'SPECIMEN_REQUEST_INVALID');
    const { tampering, ...printed } = order.data;
    const needsBothWays = tampering === 'paceRefused' || tampering === 'cardAccessAltered' || tampering === 'cardAccessRemoved';
    if (needsBothWays && printed.access !== 'paceAndBac') return refuse(reply, 'SPECIMEN_REQUEST_INVALID');
    if (inHand >= MAX_ORDERS_IN_HAND) return refuse(reply, 'SPECIMEN_BUSY');
    inHand++;
    try {
      const portrait = await cropPortrait(Buffer.from(order.data.portrait, 'base64'));
      if (portrait === undefined) return refuse(reply, 'SPECIMEN_PORTRAIT_UNUSABLE');
      const minted = o.state.mintPassport({ ...printed, portrait });
      const passport = tamperings[tampering]({ passport: minted, printed, portrait, state: o.state, nowMs: o.clock() });
      const chipId = o.cabinet.put(passport);
      if (chipId === undefined) return refuse(reply, 'SPECIMEN_BUSY');
      return await reply.code(201).send({ chipId, access: passport.access, mrz: passport.mrz, documentNumber: passport.documentNumber });
    } finally {
      inHand--;
    }
  });
}
