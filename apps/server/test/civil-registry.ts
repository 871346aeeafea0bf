import { createServer } from 'node:http';
import { type CivilRecord, type CivilRecordRequest, civilRecordRequest } from '@visavis/contract';

/** A civil registry that the test plays, behind a real port. */
export interface TestCivilRegistry {
  readonly origin: string;
  /** What it was asked, in order. */
  readonly asked: CivilRecordRequest[];
  /** What it answers from now on: a record, that it knows nobody, or nothing that is an answer. */
  answer(record: CivilRecord | null | 'failure'): void;
  stop(): Promise<void>;
}

export async function startTestCivilRegistry(): Promise<TestCivilRegistry> {
  let answer: CivilRecord | null | 'failure' = null;
  const asked: CivilRecordRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/civil-records') asked.push(civilRecordRequest.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response.statusCode = answer === 'failure' ? 503 : 200;
      response.end(answer === 'failure' ? 'busy' : JSON.stringify({ record: answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    answer(record) {
      answer = record;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
