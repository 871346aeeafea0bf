import { err, ok, type PublicFault, type Result, toPublic } from '@visavis/kernel';
import { logFaults, verifyCheckpoint } from '@visavis/log';
import { clientFault } from '../faults.ts';
import type { ServerPort } from '../ports.ts';

/** A checkpoint has four lines and a signature or a few. */
const MAX_CHECKPOINT_CHARS = 8192;

/**
 * The newest state of the transparency log, as the log signed it. Does not establish that others are shown the same.
 * @param logKey C2SP verifier key, pinned by the caller
 * @faults NETWORK_CUT, SERVER_ANSWER_INVALID, LOG_CHECKPOINT_INVALID, LOG_KEY_INVALID
 */
export async function fetchCheckpoint(server: ServerPort, logKey: string): Promise<Result<{ readonly text: string; readonly size: number }, PublicFault>> {
  let text: string;
  try {
    const response = await server.fetch(`${server.origin}/log/checkpoint`, { method: 'GET' });
    if (!response.ok) return err(clientFault('SERVER_ANSWER_INVALID'));
    text = await response.text();
  } catch {
    return err(clientFault('NETWORK_CUT'));
  }
  if (text.length > MAX_CHECKPOINT_CHARS) return err(clientFault('SERVER_ANSWER_INVALID'));
  const verified = verifyCheckpoint(text, logKey);
  return verified.ok ? ok({ text, size: verified.value.size }) : err(toPublic(verified.fault, logFaults));
}
