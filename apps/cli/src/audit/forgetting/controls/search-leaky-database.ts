import pg from 'pg';
import { IMAGE_KINDS, PatternCollector, TEXT_KINDS } from '../search/pattern.ts';
import { search } from '../search/search.ts';
import type { SearchJob, SearchResult } from '../search/search-job.ts';
import { JPEG_TASTE, windowsOf } from '../search/windows-of.ts';

const WINDOWS = 6;

/** Has the database write out what it still holds in memory, so that its files are what they are going to be. */
export async function writeOutDatabase(socketFolder: string): Promise<void> {
  await withDatabase(socketFolder, async (client) => {
    await client.query('CHECKPOINT');
  });
}

/**
 * Positive control on a database that is thrown away afterwards: a picture and a name put into a row of their own are
 * found in its files and in its write-ahead log by the same search.
 */
export async function searchLeakyDatabase(o: { readonly socketFolder: string; readonly files: () => SearchJob['files']; readonly picture: Uint8Array; readonly name: string }): Promise<SearchResult> {
  const images = new PatternCollector(IMAGE_KINDS);
  images.add('frame', windowsOf(o.picture, WINDOWS, JPEG_TASTE));
  const texts = new PatternCollector(TEXT_KINDS);
  texts.add('name', [new Uint8Array(Buffer.from(o.name, 'latin1'))]);
  return withDatabase(o.socketFolder, async (client) => {
    await client.query('CREATE TABLE audit_leak (picture bytea, name text)');
    try {
      await client.query('INSERT INTO audit_leak VALUES ($1, $2)', [Buffer.from(o.picture), o.name]);
      await client.query('CHECKPOINT');
      return await search({ images: images.pack(), texts: texts.pack(), processes: [], files: o.files() });
    } finally {
      await client.query('DROP TABLE audit_leak');
    }
  });
}

/** Whether both were found in both. */
export function foundInDatabase({ hits }: SearchResult): boolean {
  return ['files: database', 'files: write-ahead log'].every((place) => ['frame', 'name'].every((kind) => hits.some((hit) => hit.place === place && hit.kind === kind)));
}

async function withDatabase<T>(socketFolder: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: socketFolder, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
