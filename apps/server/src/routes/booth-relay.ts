import { MAX_MESSAGE_BYTES, randomId, SEAL_OVERHEAD_BYTES } from '@visavis/contract';
import type { Fault } from '@visavis/kernel';
import { findEnrolment, registryFaults } from '@visavis/registry';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { serverFaults } from '../faults.ts';
import type { Wiring } from '../wiring.ts';

/** The largest sealed message, or a hello. */
export const MAX_SOCKET_MESSAGE_BYTES = MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES;
/** While this much waits for a slow device its booth is not listened to, and says nothing more. */
const SLOW_DEVICE_BYTES = 256 * 1024;
/** Beyond this it is cut: no booth says so much before it notices. */
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
    if (!id.success) return hangUp(socket, CLOSE.unknown, registryFaults.fault('ENROLMENT_UNKNOWN'));
    const enrolmentId = id.data;
    // A room that lives here needs no database to be found: its citizen goes on while that is away.
    const booth = wiring.boothDesk.booth(enrolmentId);
    if (booth === undefined) {
      const known = (await findEnrolment(wiring.registry, enrolmentId)).ok;
      return known ? hangUp(socket, CLOSE.gone, serverFaults.fault('ENROLMENT_BOOTH_GONE')) : hangUp(socket, CLOSE.unknown, registryFaults.fault('ENROLMENT_UNKNOWN'));
    }
    if (connected.has(enrolmentId)) return hangUp(socket, CLOSE.conflict, serverFaults.fault('ENROLMENT_BOOTH_IN_USE'));
    connected.add(enrolmentId);

    const receive = (message: RawData, binary: boolean): void => {
      const behind = booth.receive(binary ? asBytes(message) : asBytes(message).toString('utf8'));
      if (behind === undefined) return;
      // What the booth has not read yet waits in the device.
      socket.pause();
      void behind.then(() => socket.resume());
    };
    socket.on('message', receive);
    booth.onSend((sealed) => sendTo(socket, sealed));
    const stopPinging = keepAlive(socket);
    void booth.ended.then(({ outcome, codes }) => socket.close(1000, outcome === 'failed' ? (codes[0] ?? '') : ''));
    socket.resume();
    await closed;
    stopPinging();
    connected.delete(enrolmentId);
    await booth.close('BOOTH_DISCONNECTED');
  });
}

/** @returns a promise when the device is behind with reading: it resolves when this message is on its way, or the device is gone */
function sendTo(socket: WebSocket, sealed: Uint8Array): Promise<void> | undefined {
  if (socket.bufferedAmount + sealed.length > MAX_UNSENT_BYTES) {
    socket.terminate();
    return undefined;
  }
  const sent = new Promise<void>((resolve) => {
    // Called with an error when the socket closes first.
    socket.send(sealed, { binary: true }, () => resolve());
  });
  return socket.bufferedAmount > SLOW_DEVICE_BYTES ? sent : undefined;
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
