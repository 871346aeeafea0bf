import { createBoothPool } from '@visavis/booth';
import { readConfiguration } from '../../apps/server/src/configuration.ts';
import { startServer } from '../../apps/server/src/start-server.ts';

/**
 * The real server as a process of its own, so that a test can kill it: real chip cells behind real walls, and face
 * cells that say yes to everything, so that a capture takes a second. What they try beside that is the first argument.
 */
const [lie = 'onlyLies', port = '0'] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const server = await startServer(readConfiguration(process.env, process.getuid?.() === 0), say, ({ modelsDir }, trustAnchors) =>
  createBoothPool({ chipCells: { ready: 1, most: 4 }, faceCells: { ready: 1, most: 3 }, modelsDir, trustAnchors, faceProgram: { entry: 'face-cell/lying.fixture.ts', arguments: [lie, port] } }),
);
say({ ready: true, url: server.url });
