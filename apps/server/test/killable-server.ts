import { readConfiguration } from '../src/configuration.ts';
import { startServer } from '../src/start-server.ts';
import { testBoothPool } from './start-test-server.ts';

// The real server as a process of its own, so that a test can kill it; only its booths are played.
const server = await startServer(readConfiguration(process.env, true), () => undefined, () => Promise.resolve(testBoothPool(new Map())));
process.stdout.write(`${server.url}\n`);
