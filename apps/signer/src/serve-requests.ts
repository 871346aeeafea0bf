import { chmodSync, chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { type FromSigner, MAX_SIGNER_MESSAGE_BYTES } from '@visavis/contract';

/** Servers of one operator, each with one connection, and one more while it reconnects. */
const MAX_CONNECTIONS = 32;
/** Nothing asked for so long: the server connects again when it has something to ask. */
const IDLE_MS = 5 * 60_000;

export interface SignerSocket {
  close(): Promise<void>;
}

/**
 * Listens where only this user, or one group, can enter, and answers one request after the other on each connection.
 * @param o.path must not be in use: whoever calls holds the signer's memory, so a socket that lies there is a dead one's
 * @param o.answer never throws
 */
export async function serveRequests(o: { readonly path: string; readonly group: number | undefined; readonly answer: (line: string) => Promise<FromSigner> }): Promise<SignerSocket> {
  const folder = path.dirname(o.path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A folder that others may write to is one in which they can put a socket of theirs in our place.
  const { uid, mode } = statSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) throw new Error(`${folder} belongs to somebody else, or others may write to it`);
  rmSync(o.path, { force: true });
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    converse(socket, o.answer);
  });
  server.maxConnections = MAX_CONNECTIONS;
  // From its first moment nobody else may connect: the mask, not a later chmod, sees to it.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(o.path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  if (o.group === undefined) {
    chmodSync(folder, 0o700);
  } else {
    chownSync(folder, uid, o.group);
    chmodSync(folder, 0o710);
    chownSync(o.path, uid, o.group);
    chmodSync(o.path, 0o660);
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

function converse(socket: Socket, answer: (line: string) => Promise<FromSigner>): void {
  let unread = '';
  let answering = false;
  const send = (message: FromSigner): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  const answerNext = async (): Promise<void> => {
    if (answering) return;
    answering = true;
    // What else arrives waits in the network, not here.
    socket.pause();
    for (let end = unread.indexOf('\n'); end >= 0; end = unread.indexOf('\n')) {
      const line = unread.slice(0, end);
      unread = unread.slice(end + 1);
      send(await answer(line));
    }
    answering = false;
    if (unread.length > MAX_SIGNER_MESSAGE_BYTES) {
      send({ id: -1, type: 'refused', code: 'SIGNER_REQUEST_INVALID', reason: 'too long' });
      socket.end();
      return;
    }
    socket.resume();
  };
  socket.setEncoding('utf8').setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    unread += text;
    void answerNext();
  });
}
