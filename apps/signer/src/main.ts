/**
 * The signer: the one process that holds the operator's key and the log's key. It speaks over one Unix socket, opens no
 * network connection and no file outside its folder, and signs typed things only.
 */
import { mkdirSync } from 'node:fs';
import { answerRequest } from './answer-request.ts';
import { readConfiguration } from './configuration.ts';
import { openKeys } from './open-keys.ts';
import { openMemory } from './open-memory.ts';
import { serveRequests } from './serve-requests.ts';

// As another program's child it ends with that program, however that ended.
process.once('disconnect', () => process.exit(0));
const asked = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
try {
  const configuration = readConfiguration(process.env);
  mkdirSync(configuration.dir, { recursive: true, mode: 0o700 });
  // First, and before the keys: from here on no other signer works in this folder.
  const memory = openMemory(configuration.dir);
  const keys = await openKeys(configuration);
  const socket = await serveRequests({ path: configuration.socketPath, group: configuration.socketGroup, answer: (line) => answerRequest(line, keys, memory, Date.now) });
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
  await asked;
  await socket.close();
  memory.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
