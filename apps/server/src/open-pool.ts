import pg from 'pg';

/** Connections of this process to PostgreSQL. */
const POOL_SIZE = 20;

/**
 * A pool whose connections may break without ending the process: one that breaks is replaced at the next query.
 * @param onLost told about each that breaks; the error itself is dropped, since it may quote a query
 */
export function openPool(connection: pg.PoolConfig, onLost: () => void): pg.Pool {
  const pool = new pg.Pool({ ...connection, max: POOL_SIZE });
  pool.on('error', onLost);
  // The pool stops listening to a connection once it is closing, and PostgreSQL may still say goodbye on it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
