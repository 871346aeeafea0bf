import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processTree } from '../../../system/process-tree.ts';
import { startProcess } from '../../../system/start-process.ts';
import { listFiles } from '../places/list-files.ts';
import { encodingsOf } from '../search/encodings-of.ts';
import { IMAGE_KINDS, type ImageKind, PatternCollector, TEXT_KINDS } from '../search/pattern.ts';
import { search } from '../search/search.ts';
import type { SearchResult } from '../search/search-job.ts';
import { FLOAT_TASTE, JPEG_TASTE, PIXEL_TASTE, windowsOf } from '../search/windows-of.ts';

/** What the leaky server is sent in clear. */
export type Leaks = Readonly<Record<ImageKind, Uint8Array>>;

const TASTE: Readonly<Record<ImageKind, Parameters<typeof windowsOf>[2]>> = { portrait: JPEG_TASTE, frame: JPEG_TASTE, decodedPixels: PIXEL_TASTE, networkInput: FLOAT_TASTE, embedding: FLOAT_TASTE };
const WINDOWS = 16;
/** Where each leak must be found: every kind of image in memory and in both kinds of file, the name in the log. */
export const LEAKED_PLACES = { memory: 'memory: leaky server', temporary: 'files: temporary folder of the leaky server', state: 'files: state folder of the leaky server', log: 'files: log of the leaky server' } as const;

/** Positive control: the same search over the memory, the files and the log of a server that was built to leak. */
export async function searchLeakyServer(leaks: Leaks, name: string): Promise<SearchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'visavis-leaky-'));
  const [temporaryFolder, stateFolder, logFile] = [join(folder, 'temporary'), join(folder, 'state'), join(folder, 'log')];
  const destination = await listenForBytes();
  try {
    for (const made of [temporaryFolder, stateFolder]) await mkdir(made);
    const leaky = await startProcess({
      entry: fileURLToPath(new URL('leaky-server.ts', import.meta.url)),
      environment: { LEAKY_PASS_ON_TO: `http://127.0.0.1:${(destination.address() as AddressInfo).port}`, LEAKY_TEMPORARY_FOLDER: temporaryFolder, LEAKY_STATE_FOLDER: stateFolder },
      cwd: folder,
      logFile,
    });
    try {
      for (const kind of IMAGE_KINDS) await fetch(leaky.url, { method: 'POST', headers: { 'x-name': name }, body: Uint8Array.from(leaks[kind]) });
      const images = new PatternCollector(IMAGE_KINDS);
      for (const kind of IMAGE_KINDS) {
        const windows = windowsOf(leaks[kind], WINDOWS, TASTE[kind]);
        images.add(kind, [...windows, ...windows.flatMap((window) => encodingsOf(window))]);
      }
      const texts = new PatternCollector(TEXT_KINDS);
      texts.add('name', [new Uint8Array(Buffer.from(name, 'latin1'))]);
      return await search({
        images: images.pack(),
        texts: texts.pack(),
        processes: processTree(leaky.pid).map(({ pid }) => ({ pid, place: LEAKED_PLACES.memory })),
        files: [
          ...listFiles(temporaryFolder).files.map(({ path }) => ({ path, place: LEAKED_PLACES.temporary })),
          ...listFiles(stateFolder).files.map(({ path }) => ({ path, place: LEAKED_PLACES.state })),
          { path: logFile, place: LEAKED_PLACES.log },
        ],
      });
    } finally {
      await leaky.stop();
    }
  } finally {
    destination.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether every leak was found where it was made. */
export function foundAllLeaks({ hits }: SearchResult): boolean {
  const found = (place: string, kind: string): boolean => hits.some((hit) => hit.place === place && hit.kind === kind);
  const { memory, temporary, state, log } = LEAKED_PLACES;
  return [memory, temporary, state].every((place) => IMAGE_KINDS.every((kind) => found(place, kind))) && found(log, 'name');
}

function listenForBytes(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(204).end());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
