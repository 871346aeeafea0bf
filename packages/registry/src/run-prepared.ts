import pg from 'pg';

/**
 * Runs a statement that PostgreSQL plans once per connection, under its name. The library copies a description of a query
 * property by property, which costs as much as sending it; what is a query already, it takes as it is.
 */
export function runPrepared<Row extends pg.QueryResultRow>(pool: Pick<pg.Pool, 'query'>, name: string, text: string, values: readonly unknown[]): Promise<pg.QueryResult<Row>> {
  const query = Object.assign(new pg.Query(text, [...values]), { name });
  // The library's types know of cursors only here; a pool promises the result whatever it is given.
  return pool.query(query) as unknown as Promise<pg.QueryResult<Row>>;
}
