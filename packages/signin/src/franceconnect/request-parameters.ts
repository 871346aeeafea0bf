import type { IncomingMessage } from 'node:http';

/** As the library's own limit on a form. */
const MAX_FORM_BYTES = 56 * 1024;

/**
 * The parameters of a browser's request: of its form when it is a POST, of its query otherwise; never of both.
 * @returns undefined when a POST is no form, or more than a form
 */
export async function parametersOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (request.method !== 'POST') return new URLSearchParams(/\?(.*)$/s.exec(request.url ?? '')?.[1]);
  if (!/^application\/x-www-form-urlencoded *(?:;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
