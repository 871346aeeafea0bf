import { createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logFaults } from '@visavis/log';
import { type Fault, readBounded } from '@visavis/kernel';

/** Where a log is read from. */
export interface LogSource {
  /** What lies at a path of the log (`checkpoint`, `tile/…`); undefined where there is nothing. Throws {@link LogUnreachable}. */
  read(at: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

export class LogUnreachable extends Error {
  readonly fault: Fault;
  constructor(reason: string) {
    super('LOG_UNREACHABLE');
    this.fault = logFaults.fault('LOG_UNREACHABLE', { reason });
  }
}

const TIMEOUT_MS = 30_000;
/** A server that is asked too often or is restarting says so; a minute is its own window. */
const RETRY_PAUSES_MS = [1000, 5000, 20_000, 60_000];

/** @param where the address of a server (`https://…`, the log is under `/log/`), or a folder that {@link mirrorInto} wrote */
export function openLogSource(where: string): LogSource {
  return /^https?:\/\//.test(where) ? fromServer(new URL(where)) : fromFolder(path.resolve(where));
}

function fromServer(server: URL): LogSource {
  const base = new URL(server.pathname.endsWith('/log/') ? server : new URL(`${server.pathname.replace(/\/(log)?$/, '')}/log/`, server));
  return {
    async read(at, maxBytes) {
      for (let attempt = 0; ; attempt++) {
        let response: Response;
        try {
          response = await fetch(new URL(at, base), { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
        } catch {
          throw new LogUnreachable('no answer');
        }
        // A server that sends more than can be there is not read to its end.
        if (response.status === 200) return response.body === null ? new Uint8Array() : readBounded(response.body, maxBytes);
        await response.body?.cancel();
        if (response.status === 404) return undefined;
        const pause = RETRY_PAUSES_MS[attempt];
        if ((response.status !== 429 && response.status !== 503) || pause === undefined) throw new LogUnreachable(`status ${response.status}`);
        await sleep(pause);
      }
    },
  };
}

function fromFolder(folder: string): LogSource {
  return {
    async read(at, maxBytes) {
      try {
        await using file = await open(path.join(folder, ...at.split('/')));
        const { size } = await file.stat();
        return size > maxBytes ? undefined : await file.readFile();
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
        throw new LogUnreachable('the folder can\'t be read');
      }
    },
  };
}

/** The same source; what is read from it is written into a folder too, under the same paths. */
export function mirrorInto(folder: string, source: LogSource): LogSource {
  return {
    async read(at, maxBytes) {
      const content = await source.read(at, maxBytes);
      if (content !== undefined) {
        const file = path.join(folder, ...at.split('/'));
        await mkdir(path.dirname(file), { recursive: true });
        await new Promise<void>((resolve, reject) => {
          createWriteStream(file).on('error', reject).on('finish', resolve).end(content);
        });
      }
      return content;
    },
  };
}
