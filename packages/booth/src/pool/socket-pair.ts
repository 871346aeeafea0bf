import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { makePassingFolder } from './passing-folder.ts';

/**
 * Two ends of one private stream, of which this process reads nothing: each end is handed to a cell and closed here.
 * The path that joined them is gone before the pair is returned, so that nobody else can reach it.
 */
export async function socketPair(): Promise<readonly [Socket, Socket]> {
  const folder = await makePassingFolder();
  const path = join(folder, 'pair');
  const server = createServer({ pauseOnConnect: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    const accepted = new Promise<Socket>((resolve) => {
      server.once('connection', resolve);
    });
    const near = connect({ path });
    near.pause();
    await new Promise<void>((resolve, reject) => {
      near.once('error', reject);
      near.once('connect', resolve);
    });
    return [near, await accepted];
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
