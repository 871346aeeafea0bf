import { connect, type Socket } from 'node:net';
import { type FromSigner, fromSigner, MAX_SIGNER_MESSAGE_BYTES, type ToSigner } from '@visavis/contract';

/** What is asked, without the number that the connection gives it. */
export type SignerQuestion = ToSigner extends infer Message ? (Message extends { readonly id: number } ? Omit<Message, 'id'> : never) : never;

/** One connection to a signer. When it breaks, whatever was still being asked is answered with undefined. */
export interface SignerConnection {
  readonly alive: boolean;
  ask(question: SignerQuestion): Promise<FromSigner | undefined>;
  close(): void;
}

/** @returns undefined when nobody listens there */
export async function connectToSigner(socketPath: string): Promise<SignerConnection | undefined> {
  const socket = connect(socketPath);
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  return open ? converse(socket) : undefined;
}

function converse(socket: Socket): SignerConnection {
  const waiting = new Map<number, (answer: FromSigner | undefined) => void>();
  let [asked, unread, alive] = [0, '', true];
  const end = (): void => {
    alive = false;
    socket.destroy();
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
  };
  const hear = (line: string): void => {
    const said = fromSigner.safeParse(parseJson(line));
    // Whoever speaks another language there is not our signer.
    if (!said.success || said.data.id < 0) return end();
    waiting.get(said.data.id)?.(said.data);
    waiting.delete(said.data.id);
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    unread += text;
    for (let newline = unread.indexOf('\n'); newline >= 0 && !socket.destroyed; newline = unread.indexOf('\n')) {
      const line = unread.slice(0, newline);
      unread = unread.slice(newline + 1);
      hear(line);
    }
    if (unread.length > MAX_SIGNER_MESSAGE_BYTES) end();
  });
  socket.on('error', end);
  socket.on('close', end);
  return {
    get alive() {
      return alive;
    },
    ask: (question) =>
      new Promise((resolve) => {
        if (!alive) return resolve(undefined);
        const id = asked++;
        waiting.set(id, resolve);
        socket.write(`${JSON.stringify({ id, ...question })}\n`);
      }),
    close: end,
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
