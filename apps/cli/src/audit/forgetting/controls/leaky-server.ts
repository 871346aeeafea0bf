/**
 * A server built to leak, for the audit's positive control. It passes on what it is sent, as the real one does, and
 * does four things that the real one must not: it keeps what passed in memory, writes it to a temporary file and to
 * its folder, and writes a name to its log. It is sent made-up people only.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const { LEAKY_PASS_ON_TO: passOnTo, LEAKY_TEMPORARY_FOLDER: temporaryFolder, LEAKY_STATE_FOLDER: stateFolder } = process.env;
if (passOnTo === undefined || temporaryFolder === undefined || stateFolder === undefined) throw new TypeError('the leaky server is told where to leak to');

const kept: Buffer[] = [];
const server = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    await fetch(passOnTo, { method: 'POST', body });
    kept.push(body);
    writeFileSync(join(temporaryFolder, `leak-${kept.length}`), body);
    appendFileSync(join(stateFolder, 'leaks.json'), `${JSON.stringify({ body: body.toString('base64') })}\n`);
    process.stderr.write(`passed on ${body.length} bytes of ${decodeURIComponent(String(request.headers['x-name']))}\n`);
    response.writeHead(204).end();
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${address.port}` })}\n`);
});
