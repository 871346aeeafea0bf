import { type AccountLog, accountLog, type LogEntry, logEntry } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { verifyLoggedEntry } from '@visavis/log';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** One entry about the citizen. `proven` is undefined when the public log was not shown to hold it. */
export interface AccountLogEntry {
  readonly entry: LogEntry | undefined;
  readonly proven: { readonly index: number; readonly size: number } | undefined;
}

/** What the transparency log says about the citizen who is signed in, with its proofs. */
export function fetchAccountLog(server: ServerPort): Promise<Result<AccountLog, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/log', answer: accountLog });
}

/**
 * Checks each entry against the log's key, here and not at the server. Does not establish that these are all entries
 * about the citizen: only the server can open what it committed to.
 * @param logKey C2SP verifier key, pinned by the caller
 */
export function verifyAccountLog(log: AccountLog, logKey: string): readonly AccountLogEntry[] {
  return log.map((logged) => {
    const verified = verifyLoggedEntry(logged, logKey);
    return { entry: readEntry(logged.opening.text), proven: verified.ok ? { index: verified.value.index, size: verified.value.size } : undefined };
  });
}

function readEntry(text: string): LogEntry | undefined {
  try {
    return logEntry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
