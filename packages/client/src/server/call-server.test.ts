import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ServerPort } from '../ports.ts';
import { callServer } from './call-server.ts';

const answering = (answer: () => Response): ServerPort => ({
  origin: 'https://id.test',
  fetch: async () => answer(),
  openSocket: () => expect.unreachable(),
});
const call = (answer: () => Response) => callServer(answering(answer), { method: 'GET', path: '/api/x', answer: z.strictObject({ n: z.int() }) });
const codeOf = async (answer: () => Response) => {
  const result = await call(answer);
  return result.ok ? result.value : result.fault.code;
};
const fault = { code: 'BOOTH_NONE_FREE', stage: 'booth', retry: 'now', meaning: 'a', nextStep: 'b' };

describe('callServer', () => {
  it('gives the parsed answer, or the fault the server told', async () => {
    expect(await codeOf(() => Response.json({ n: 1 }))).toEqual({ n: 1 });
    expect(await codeOf(() => Response.json({ fault }, { status: 503 }))).toBe('BOOTH_NONE_FREE');
  });

  it('tells a cut line from an answer that makes no sense', async () => {
    const cut = () => {
      throw new TypeError('fetch failed');
    };
    expect(await codeOf(cut)).toBe('NETWORK_CUT');
    expect(await codeOf(() => Response.json({ n: 'one' }))).toBe('SERVER_ANSWER_INVALID');
    expect(await codeOf(() => Response.json({ n: 1, more: 2 }))).toBe('SERVER_ANSWER_INVALID');
    expect(await codeOf(() => new Response('<html>'))).toBe('SERVER_ANSWER_INVALID');
    expect(await codeOf(() => Response.json({ fault: { ...fault, code: 'lower case' } }, { status: 400 }))).toBe('SERVER_ANSWER_INVALID');
  });
});
