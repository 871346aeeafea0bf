import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import websocket from '@fastify/websocket';
import { type CardAnswers, cardBatch, type CardBatch } from '@visavis/contract';
import { fromHex, toHex } from '@visavis/kernel';
import fastify from 'fastify';
import { openPcscCard, type PcscCard } from './pcsc-card.ts';
import { tellFault } from './tell.ts';

export const CHIP_SERVE_USAGE = 'serve --reader NAME --for ORIGIN [--port N]';

/** Free on most machines; 0 takes any. */
const DEFAULT_PORT = '24740';
/** A batch as JSON: 320 short commands are 180 kB. */
const MAX_BATCH_BYTES = 400 * 1024;
/** A reading takes 4–8 batches; beyond this somebody plays. */
const MAX_BATCHES_PER_PRESENCE = 100;
/** A person gets tired of waiting. */
const MAX_PRESENCE_MS = 5 * 60_000;
/** WebSocket close codes (RFC 6455 §7.4.1): policy violation; try again later. */
const CLOSE_POLICY = 1008;
const CLOSE_TRY_LATER = 1013;
const TOKEN_BYTES = 16;

/**
 * The document on this machine's PC/SC reader, for one page in this machine's browser: `cardBatch` and `cardAnswers` as
 * JSON over a WebSocket, the newest connection has it. What the page then makes of it is between page and sealed room; the
 * helper only carries. Who may connect: a page of the origin that was named, with the address that is printed.
 */
export async function runChipServe(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === undefined) {
    console.error(`  visavis chip ${CHIP_SERVE_USAGE}`);
    return 2;
  }
  const path = `/${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const server = fastify({ logger: false, bodyLimit: 1024, forceCloseConnections: true });
  await server.register(websocket, { options: { maxPayload: MAX_BATCH_BYTES } });
  let held: { readonly presence: Presence; readonly letGo: () => void } | undefined;
  let isFree: Promise<void> = Promise.resolve();
  server.get('/:token', { websocket: true, preValidation: async (request, reply) => (isAllowed(request.headers.origin, asked.origin) && isAllowed(request.url, path) ? undefined : reply.code(403).send()) }, (socket) => {
    // The page connects anew when its citizen tries again, before the end of the earlier one was heard.
    held?.letGo();
    const presence = layOpen(asked.reader, isFree);
    const timer = setTimeout(() => socket.close(CLOSE_POLICY), MAX_PRESENCE_MS);
    let batchesLeft = MAX_BATCHES_PER_PRESENCE;
    const letGo = (): void => {
      if (held?.presence !== presence) return;
      held = undefined;
      clearTimeout(timer);
      socket.close();
      isFree = presence.end();
    };
    held = { presence, letGo };
    socket.on('close', letGo);
    socket.on('error', () => socket.terminate());
    socket.on('message', (message: Buffer, isBinary: boolean) => {
      const batch = isBinary || batchesLeft-- <= 0 ? undefined : parseBatch(message);
      if (batch === undefined) return socket.close(CLOSE_POLICY);
      void (async () => {
        const answers = await presence.transmit(batch);
        if (answers === undefined) socket.close(CLOSE_TRY_LATER);
        else socket.send(JSON.stringify(answers));
      })();
    });
  });
  await server.listen({ host: '127.0.0.1', port: asked.port });
  console.log(`ws://127.0.0.1:${(server.server.address() as AddressInfo).port}${path}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
  return 0;
}

interface Presence {
  /** Undefined when there is no document, or no reader any more. */
  transmit(batch: CardBatch): Promise<CardAnswers | undefined>;
  end(): Promise<void>;
}

/** The card is opened with the first batch, once an earlier one was let go of; batches go one after the other; what is lost stays lost. */
function layOpen(reader: string, isFree: Promise<void>): Presence {
  let card: PcscCard | undefined;
  let turn: Promise<unknown> = isFree;
  let isLost = false;
  const carry = async ({ batch, commands }: CardBatch): Promise<CardAnswers | undefined> => {
    if (isLost) return { batch, answers: [], ended: 'tagLost' };
    if (card === undefined) {
      const opened = await openPcscCard(reader);
      if (!opened.ok) {
        tellFault(opened.fault);
        return undefined;
      }
      card = opened.value;
    }
    const answered = await card.transmit({ commands: commands.map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })) });
    if (!answered.ok) {
      tellFault(answered.fault);
      return undefined;
    }
    isLost = answered.value.ended === 'tagLost';
    return { batch, answers: answered.value.answers.map(toHex), ended: answered.value.ended };
  };
  return {
    async transmit(batch) {
      const mine = turn.then(() => carry(batch));
      turn = mine.catch(() => undefined);
      return mine;
    },
    async end() {
      await turn;
      isLost = true;
      await card?.close();
    },
  };
}

function isAllowed(given: string | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseBatch(message: Buffer): CardBatch | undefined {
  try {
    return cardBatch.safeParse(JSON.parse(message.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function readArguments(args: readonly string[]): { readonly reader: string; readonly origin: string; readonly port: number } | undefined {
  try {
    const option = { type: 'string' } as const;
    const { reader, for: origin, port } = parseArgs({ args: [...args], options: { reader: option, for: option, port: { ...option, default: DEFAULT_PORT } } }).values;
    if (reader === undefined || origin === undefined || new URL(origin).origin !== origin || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
    return { reader, origin, port: Number(port) };
  } catch {
    return undefined;
  }
}
