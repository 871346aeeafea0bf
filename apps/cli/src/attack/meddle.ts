import type { ServerPort } from '@visavis/client';

/** A message on its way, and which of its direction it is, from 0. The hello is the device's message 0, as text. */
interface OnItsWay {
  readonly from: 'device' | 'booth';
  readonly index: number;
  readonly message: Buffer | string;
}

/** What somebody between device and server does to what passes. */
export interface Meddling {
  /** What goes on instead of a message: itself, changed, several, none. */
  readonly message?: (seen: OnItsWay) => readonly (Buffer | string)[];
  /** What the server is asked instead. */
  readonly request?: (path: string, body: string) => Promise<string>;
  /** What the device is answered instead. */
  readonly answer?: (path: string, body: string) => Promise<string>;
}

/** The way to the server, with somebody on it who sees everything and changes what they like, as whoever ends TLS does. */
export function meddle(server: ServerPort, meddling: Meddling): ServerPort {
  return {
    origin: server.origin,
    async fetch(url, init) {
      const path = new URL(url).pathname;
      const body = typeof init.body === 'string' && meddling.request !== undefined ? await meddling.request(path, init.body) : init.body;
      const response = await server.fetch(url, { ...init, ...(body === undefined ? {} : { body }) });
      if (meddling.answer === undefined || response.status === 204) return response;
      const { status, headers } = response;
      return new Response(await meddling.answer(path, await response.text()), { status, headers });
    },
    openSocket(url) {
      const socket = server.openSocket(url);
      const counts = { device: 0, booth: 0 };
      const onward = (from: 'device' | 'booth', message: Buffer | string): readonly (Buffer | string)[] => meddling.message?.({ from, index: counts[from]++, message }) ?? [message];
      return {
        get binaryType() {
          return socket.binaryType;
        },
        set binaryType(type) {
          socket.binaryType = type;
        },
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        send(message) {
          for (const part of onward('device', typeof message === 'string' ? message : Buffer.from(message))) socket.send(typeof part === 'string' ? part : new Uint8Array(part));
        },
        close: () => socket.close(),
        addEventListener(type: 'open' | 'error' | 'message' | 'close', listener: (event: { readonly data: unknown; readonly reason: string }) => void) {
          if (type !== 'message') {
            socket.addEventListener(type as 'close', listener as (event: { readonly reason: string }) => void);
            return;
          }
          socket.addEventListener('message', ({ data }) => {
            const message = typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer);
            for (const part of onward('booth', message)) listener({ data: typeof part === 'string' ? part : Uint8Array.from(part).buffer, reason: '' });
          });
        },
      };
    },
  };
}
