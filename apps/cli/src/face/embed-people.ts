import type { EmbeddedPhotograph, PhotographEmbedder } from '@visavis/face/evaluate';
import { readBoundedFile } from '../system/read-bounded-file.ts';
import type { Person } from './read-people.ts';

/** As large as a document's portrait can be; what is larger is refused by the decoder all the same. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const TELL_EVERY = 200;

export interface EmbeddedPeople {
  /** In the order of the people; a photograph that failed keeps its place as undefined. */
  readonly photographs: readonly (readonly (EmbeddedPhotograph | undefined)[])[];
  readonly images: number;
  /** How often each code was the reason for no embedding. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Embeds every photograph, in memory only. */
export async function embedPeople(people: readonly Person[], embedder: PhotographEmbedder, progress: (line: string) => void): Promise<EmbeddedPeople> {
  const images = people.reduce((sum, { files }) => sum + files.length, 0);
  const failures: Record<string, number> = {};
  const photographs: (EmbeddedPhotograph | undefined)[][] = [];
  let done = 0;
  for (const { files } of people) {
    const own: (EmbeddedPhotograph | undefined)[] = [];
    for (const file of files) {
      const bytes = await readPhotograph(file);
      const embedding = bytes === undefined ? 'EVALUATION_FILE_UNREADABLE' : await embedder.embed(bytes, 'middle');
      if (typeof embedding === 'string') failures[embedding] = (failures[embedding] ?? 0) + 1;
      own.push(typeof embedding === 'string' ? undefined : embedding);
      if (++done % TELL_EVERY === 0) progress(`${done} of ${images} photographs`);
    }
    photographs.push(own);
  }
  return { photographs, images, failures };
}

export const readPhotograph = (file: string): Promise<Uint8Array | undefined> => readBoundedFile(file, MAX_FILE_BYTES);
