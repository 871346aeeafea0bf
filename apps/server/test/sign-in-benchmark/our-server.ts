import pg from 'pg';
import { readConfiguration } from '../../src/configuration.ts';
import { startServer } from '../../src/start-server.ts';
import { testBoothPool } from '../start-test-server.ts';
import { reportUse } from './report-use.ts';

// The real server in a process of its own, with its queries counted where they leave it. Nobody enrols here.
let queries = 0;
const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
Reflect.set(pg.Client.prototype, 'query', function (this: unknown, ...args: unknown[]) {
  queries += 1;
  return query.apply(this, args);
});
await startServer(readConfiguration(process.env, true), () => undefined, () => Promise.resolve(testBoothPool(new Map())));
reportUse(() => queries);
