import pg from 'pg';

/** Connections of this process to PostgreSQL. */
const POOL_SIZE = 20;
/** A database that can't be reached must end in an answer while the citizen still waits for one. */
const CONNECT_TIMEOUT_MS = 5000;
/** Every statement here touches a few rows; one that takes this long waits for something that went wrong. */
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * A pool whose connections may break without ending the process: one that breaks is replaced at the next query.
 * @param onLost told about each that breaks, idle or in the middle of a query; the error itself is dropped, since it may
 * quote a query
 */
export function openPool(connection: pg.PoolConfig, onLost: () => void): pg.Pool {
  const pool = new pg.Pool({ ...connection, max: POOL_SIZE, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, statement_timeout: STATEMENT_TIMEOUT_MS, keepAlive: true });
  // The pool listens to idle connections only; one that breaks in use tells its query and nobody else.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    let told = false;
    client.on('error', () => {
      // A pool that is closing has no use for its connections, and PostgreSQL may still say goodbye on them.
      if (!told && !pool.ending) onLost();
      told = true;
    });
  });
  return pool;
}
