import { faultBody } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import type { z } from 'zod';
import { clientFault } from '../faults.ts';
import type { ServerPort } from '../ports.ts';

/** The longest answer waits for a sealed room to start; a server silent for longer is as good as gone. */
const ANSWER_TIMEOUT_MS = 60_000;

/** One call of the server's JSON API. */
export interface ServerCall<S extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute path; parts that come from outside are encoded by the caller. */
  readonly path: string;
  readonly body?: unknown;
  /** Schema of the answer; for an empty one, `z.undefined()`. */
  readonly answer: S;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the server and parses its answer once, strictly.
 * @faults NETWORK_CUT, SERVER_ANSWER_INVALID, and whatever fault the server told
 */
export async function callServer<S extends z.ZodType>(server: ServerPort, call: ServerCall<S>): Promise<Result<z.output<S>, PublicFault>> {
  let status: number;
  let text: string;
  try {
    const response = await server.fetch(`${server.origin}${call.path}`, {
      method: call.method,
      headers: call.body === undefined ? {} : { 'content-type': 'application/json' },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...(call.signal === undefined ? [] : [call.signal])]),
    });
    status = response.status;
    text = await response.text();
  } catch {
    return err(clientFault('NETWORK_CUT'));
  }
  let json: unknown;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    return err(clientFault('SERVER_ANSWER_INVALID'));
  }
  if (status >= 400) {
    const refused = faultBody.safeParse(json);
    return err(refused.success ? refused.data.fault : clientFault('SERVER_ANSWER_INVALID'));
  }
  const answer = call.answer.safeParse(json);
  return answer.success ? ok(answer.data) : err(clientFault('SERVER_ANSWER_INVALID'));
}
