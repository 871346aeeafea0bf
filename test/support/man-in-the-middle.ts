import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** A message on its way, and which of its direction it is, from 0. The hello is the device's message 0, as text. */
export interface OnItsWay {
  readonly from: 'device' | 'booth';
  readonly index: number;
  readonly bytes: Buffer;
  readonly text: boolean;
}

export interface Meddling {
  /** What goes on instead of a message: itself, changed, several, none. */
  readonly message?: (seen: OnItsWay) => readonly (Buffer | string)[];
  /** What the server is asked instead. */
  readonly request?: (path: string, body: string) => string | Promise<string>;
  /** What the device is answered instead. */
  readonly answer?: (path: string, body: string) => string | Promise<string>;
}

export interface ManInTheMiddle {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Stands between a device and the server, as whoever ends TLS does: sees everything, changes what it likes. */
export async function standInTheMiddle(serverOrigin: string, meddling: Meddling): Promise<ManInTheMiddle> {
  const relay = createServer((request, response) => {
    const path = request.url ?? '/';
    const forward = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const sent = Buffer.concat(chunks).toString('utf8');
      const body = (await meddling.request?.(path, sent)) ?? sent;
      const { cookie, 'content-type': type } = request.headers;
      const answered = await fetch(`${serverOrigin}${path}`, {
        method: request.method ?? 'GET',
        headers: { ...(type === undefined ? {} : { 'content-type': type }), ...(cookie === undefined ? {} : { cookie }) },
        ...(body === '' ? {} : { body }),
      });
      const text = await answered.text();
      response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'application/json', ...(answered.headers.getSetCookie().length > 0 ? { 'set-cookie': answered.headers.getSetCookie() } : {}) });
      response.end((await meddling.answer?.(path, text)) ?? text);
    };
    forward().catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server: relay });
  sockets.on('connection', (device, request) => {
    const booth = new WebSocket(`${serverOrigin.replace('http', 'ws')}${request.url ?? ''}`);
    const opened = new Promise((resolve) => booth.once('open', resolve));
    const counts = { device: 0, booth: 0 };
    const carry = (from: 'device' | 'booth', to: WebSocket) => (data: Buffer, binary: boolean): void => {
      const seen: OnItsWay = { from, index: counts[from]++, bytes: data, text: !binary };
      const onward = meddling.message?.(seen) ?? [binary ? data : data.toString('utf8')];
      // In the order in which it came, also while the other side is still being reached.
      void opened.then(() => onward.forEach((message) => to.readyState === WebSocket.OPEN && to.send(message)));
    };
    device.on('message', carry('device', booth));
    booth.on('message', carry('booth', device));
    const hangUp = (other: WebSocket) => (code: number, reason: Buffer): void => other.close(code === 1005 || code === 1006 ? 1000 : code, reason);
    device.on('close', hangUp(booth));
    booth.on('close', hangUp(device));
    for (const one of [device, booth]) one.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(relay.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
        relay.closeAllConnections();
        relay.close(() => resolve());
      }),
  };
}
