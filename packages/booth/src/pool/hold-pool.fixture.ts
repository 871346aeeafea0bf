/** A server in small, for the test that kills it: starts a pool, says so, and waits. */
import { createBoothPool } from './create-booth-pool.ts';

const modelsDir = process.argv[2];
if (modelsDir === undefined) throw new TypeError('the folder of the networks is missing');
await createBoothPool({ chipCells: { ready: 1, most: 2 }, faceCells: { ready: 1, most: 1 }, modelsDir });
process.stdout.write('ready\n');
setInterval(() => {}, 1000);
