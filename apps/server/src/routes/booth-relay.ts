import { MAX_MESSAGE_BYTES, randomId, SEAL_OVERHEAD_BYTES } from '@visavis/contract';
import { findEnrolment } from '@visavis/registry';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { serverFaults } from '../faults.ts';
import type { Wiring } from '../wiring.ts';

/** The largest sealed message, or a hello. */
export const MAX_SOCKET_MESSAGE_BYTES = MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES;
/** A device that does not read for so long that this much waits is gone. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** Nothing heard, not even a pong, for two of these: the line is cut. */
const PING_EVERY_MS = 15_000;

/** How the socket hands over a message. */
type RawData = Parameters<typeof asBytes>[0];

/** WebSocket close codes (RFC 6455 §7.4.2, private range); the close reason is the fault's code. */
const CLOSE = { unknown: 4404, conflict: 4409, gone: 4410 } as const;

/**
 * `WS /api/enrolments/:id/booth`: carries messages between a device and its booth. This process sees their bytes and
 * sizes and can't open them: the key is born in the booth.
 */
export function boothRelayRoutes(app: FastifyInstance, wiring: Wiring): void {
  const connected = new Set<string>();

  app.get<{ Params: { id: string } }>('/api/enrolments/:id/booth', { websocket: true }, async (socket, request) => {
    // What arrives while the enrolment is looked up is kept, in order.
    const early: [RawData, boolean][] = [];
    const keep = (message: RawData, binary: boolean): void => {
      early.push([message, binary]);
    };
    socket.on('message', keep);
    socket.on('error', () => socket.terminate());
    const id = randomId.safeParse(request.params.id);
    const enrolment = id.success ? await findEnrolment(wiring.registry, id.data) : undefined;
    if (enrolment?.ok !== true) return socket.close(CLOSE.unknown, 'ENROLMENT_UNKNOWN');
    const { enrolmentId } = enrolment.value;
    const booth = wiring.boothDesk.booth(enrolmentId);
    if (booth === undefined) return socket.close(CLOSE.gone, serverFaults.fault('ENROLMENT_BOOTH_GONE').code);
    if (connected.has(enrolmentId)) return socket.close(CLOSE.conflict, serverFaults.fault('ENROLMENT_BOOTH_IN_USE').code);
    connected.add(enrolmentId);

    const receive = (message: RawData, binary: boolean): void => booth.receive(binary ? asBytes(message) : asBytes(message).toString('utf8'));
    socket.off('message', keep);
    for (const [message, binary] of early) receive(message, binary);
    socket.on('message', receive);
    booth.onSend((sealed) => {
      if (socket.bufferedAmount + sealed.length > MAX_UNSENT_BYTES) socket.terminate();
      else socket.send(sealed, { binary: true });
    });
    const stopPinging = keepAlive(socket);
    socket.once('close', () => {
      stopPinging();
      connected.delete(enrolmentId);
      void booth.close('BOOTH_DISCONNECTED');
    });
    void booth.ended.then(({ outcome, codes }) => socket.close(1000, outcome === 'failed' ? (codes[0] ?? '') : ''));
  });
}

/** Cuts a connection whose other end silently went away. @returns a function that stops watching */
function keepAlive(socket: WebSocket): () => void {
  let heard = true;
  const hear = (): void => {
    heard = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  const timer = setInterval(() => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, PING_EVERY_MS);
  return () => clearInterval(timer);
}

const asBytes = (message: Buffer | ArrayBuffer | Buffer[]): Buffer => (Array.isArray(message) ? Buffer.concat(message) : Buffer.isBuffer(message) ? message : Buffer.from(message));
