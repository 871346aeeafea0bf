import { cardBatch, type CardAnswers } from '@visavis/contract';
import { fromHex, toHex } from '@visavis/kernel';
import { createChip, transmitBatch } from '@visavis/specimen';
import type { FastifyInstance } from 'fastify';
import type { PassportCabinet } from '../passport-cabinet.ts';
import { refuse } from '../refuse.ts';

/** A batch as JSON: 320 short commands are 180 kB. */
export const MAX_BATCH_BYTES = 400 * 1024;
/** A reading takes 4–8 batches; beyond this somebody plays. */
const MAX_BATCHES_PER_PRESENCE = 100;
/** A person gets tired of holding a passport to a phone. */
const MAX_PRESENCE_MS = 5 * 60_000;
const MAX_PRESENCES = 100;

/** WebSocket close codes (RFC 6455 §7.4.1): policy violation; try again later. */
const CLOSE_POLICY = 1008;
const CLOSE_TRY_LATER = 1013;

/**
 * `WS /chips/:chipId`: the chip of a minted passport, in the field for as long as the connection lasts. Every
 * connection is a fresh presence: nothing of a session survives it.
 */
export function serveChips(server: FastifyInstance, o: { readonly cabinet: PassportCabinet }): void {
  let presences = 0;
  server.get<{ Params: { chipId: string } }>(
    '/chips/:chipId',
    {
      websocket: true,
      preValidation: async (request, reply) => (o.cabinet.get(request.params.chipId) === undefined ? refuse(reply, 'SPECIMEN_CHIP_UNKNOWN') : undefined),
    },
    (socket, request) => {
      const passport = o.cabinet.get(request.params.chipId);
      if (passport === undefined || presences >= MAX_PRESENCES) return socket.close(CLOSE_TRY_LATER);
      presences++;
      const chip = createChip(passport);
      const timer = setTimeout(() => socket.close(CLOSE_POLICY), MAX_PRESENCE_MS);
      let batchesLeft = MAX_BATCHES_PER_PRESENCE;
      socket.on('close', () => {
        presences--;
        clearTimeout(timer);
      });
      socket.on('error', () => socket.terminate());
      socket.on('message', (message: Buffer, isBinary: boolean) => {
        const batch = isBinary || batchesLeft-- <= 0 ? undefined : parseBatch(message);
        if (batch === undefined) return socket.close(CLOSE_POLICY);
        const { answers, ended } = transmitBatch(chip, batch.commands);
        const reply: CardAnswers = { batch: batch.batch, answers: answers.map(toHex), ended };
        socket.send(JSON.stringify(reply));
      });
    },
  );
}

function parseBatch(message: Buffer) {
  let json: unknown;
  try {
    json = JSON.parse(message.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = cardBatch.safeParse(json);
  if (!parsed.success) return undefined;
  return { batch: parsed.data.batch, commands: parsed.data.commands.map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })) };
}
