import { readConfiguration } from './configuration.ts';
import type { EventLog } from './event-log.ts';
import { startServer } from './start-server.ts';

const log: EventLog = (event) => process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);

// Asked to stop while still starting, it finishes starting and stops then: nothing it started stays behind.
const asked = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
try {
  const server = await startServer(readConfiguration(process.env, process.getuid?.() === 0), log);
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, pid: process.pid })}\n`);
  await asked;
  await server.stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
