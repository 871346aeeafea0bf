import { MAX_MESSAGE_BYTES, randomId, SEAL_OVERHEAD_BYTES } from '@visavis/contract';
import type { Fault } from '@visavis/kernel';
import { findEnrolment, registryFaults } from '@visavis/registry';
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
    // What arrives while the enrolment is looked up waits in the network, not here.
    socket.pause();
    socket.on('error', () => socket.terminate());
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
    });
    const id = randomId.safeParse(request.params.id);
    const enrolment = id.success ? await findEnrolment(wiring.registry, id.data) : undefined;
    if (enrolment?.ok !== true) return hangUp(socket, CLOSE.unknown, registryFaults.fault('ENROLMENT_UNKNOWN'));
    const { enrolmentId } = enrolment.value;
    const booth = wiring.boothDesk.booth(enrolmentId);
    if (booth === undefined) return hangUp(socket, CLOSE.gone, serverFaults.fault('ENROLMENT_BOOTH_GONE'));
    if (connected.has(enrolmentId)) return hangUp(socket, CLOSE.conflict, serverFaults.fault('ENROLMENT_BOOTH_IN_USE'));
    connected.add(enrolmentId);

    const receive = (message: RawData, binary: boolean): void => booth.receive(binary ? asBytes(message) : asBytes(message).toString('utf8'));
    socket.on('message', receive);
    booth.onSend((sealed) => {
      if (socket.bufferedAmount + sealed.length > MAX_UNSENT_BYTES) socket.terminate();
      else socket.send(sealed, { binary: true });
    });
    const stopPinging = keepAlive(socket);
    void booth.ended.then(({ outcome, codes }) => socket.close(1000, outcome === 'failed' ? (codes[0] ?? '') : ''));
    socket.resume();
    await closed;
    stopPinging();
    connected.delete(enrolmentId);
    await booth.close('BOOTH_DISCONNECTED');
  });
}

/** Refuses a connection: browsers can't read the answer to an upgrade, but they can read why a socket closed. */
function hangUp(socket: WebSocket, closeCode: number, fault: Fault): void {
  socket.resume();
  socket.close(closeCode, fault.code);
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
