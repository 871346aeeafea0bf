import type { BoothMessage, ClientMessage } from '@visavis/contract';
import type { ClientChannel } from '../channel/open-channel.ts';
import { clientFault } from '../faults.ts';
import type { SocketLike } from '../ports.ts';
import { Refused } from './refused.ts';

/** Sealed bytes that may wait in the device for a slow network. */
const MAX_BUFFERED_BYTES = 512 * 1024;
/** How a server says why a booth is gone, in the reason of a WebSocket close frame. */
const FAULT_CODE = /^[A-Z0-9_]{3,64}$/;

/** A conversation with the booth over an open socket. */
export interface BoothTalk {
  say(message: ClientMessage): Promise<void>;
  /** Whether the network follows: while it does not, frames are left out rather than sent late. */
  canTakeFrame(): boolean;
  sayFrame(frame: Extract<ClientMessage, { type: 'frame' }>, jpeg: Uint8Array): Promise<void>;
  /** @throws Refused with NETWORK_CUT, BOOTH_LOST or BOOTH_ANSWER_INVALID */
  hear(): Promise<BoothMessage>;
  /** Resolves when `hear` will answer at once: the booth spoke, or is gone. */
  spoken(): Promise<void>;
  /** Nothing will be heard any more: whoever listens is told NETWORK_CUT. */
  giveUp(): void;
  close(): void;
}

/** Sends the hello once the socket is open; resolves then. @throws Refused with NETWORK_CUT */
export async function talkToBooth(socket: SocketLike, channel: ClientChannel): Promise<BoothTalk> {
  socket.binaryType = 'arraybuffer';
  const heard: BoothMessage[] = [];
  const listeners: { readonly resolve: (message: BoothMessage) => void; readonly reject: (refused: Refused) => void }[] = [];
  let over: Refused | undefined;
  const wakers: (() => void)[] = [];
  const end = (refused: Refused): void => {
    over ??= refused;
    for (const wake of wakers.splice(0)) wake();
    for (const listener of listeners.splice(0)) listener.reject(over);
  };
  let opening: Promise<void> = Promise.resolve();
  const open = async (data: unknown): Promise<void> => {
    const message = data instanceof ArrayBuffer ? await channel.open(new Uint8Array(data)) : undefined;
    if (message === undefined) {
      end(new Refused(clientFault('BOOTH_ANSWER_INVALID')));
      socket.close();
      return;
    }
    const listener = listeners.shift();
    if (listener !== undefined) return listener.resolve(message);
    heard.push(message);
    for (const wake of wakers.splice(0)) wake();
  };
  socket.addEventListener('message', ({ data }) => {
    opening = opening.then(() => open(data));
  });
  // What was still being opened comes first: a booth's last words arrive just before its end.
  socket.addEventListener('close', ({ reason }) => {
    opening = opening.then(() => end(new Refused(clientFault(FAULT_CODE.test(reason) ? 'BOOTH_LOST' : 'NETWORK_CUT'))));
  });
  await new Promise<void>((resolve, reject) => {
    const cut = () => reject(new Refused(clientFault('NETWORK_CUT')));
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', cut);
    socket.addEventListener('close', cut);
  });
  socket.send(JSON.stringify(channel.hello));
  return {
    async say(message) {
      const sealed = await channel.seal(message);
      if (over === undefined) socket.send(sealed);
    },
    canTakeFrame: () => socket.bufferedAmount <= MAX_BUFFERED_BYTES,
    async sayFrame(frame, jpeg) {
      const sealed = await channel.seal(frame, jpeg);
      if (over === undefined) socket.send(sealed);
    },
    async hear() {
      const next = heard.shift();
      if (next !== undefined) return next;
      if (over !== undefined) throw over;
      return new Promise((resolve, reject) => {
        listeners.push({ resolve, reject });
      });
    },
    spoken() {
      if (heard.length > 0 || over !== undefined) return Promise.resolve();
      return new Promise((resolve) => wakers.push(resolve));
    },
    giveUp() {
      end(new Refused(clientFault('NETWORK_CUT')));
      socket.close();
    },
    close: () => socket.close(),
  };
}
