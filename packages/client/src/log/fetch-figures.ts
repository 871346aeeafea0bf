import { type DailyFigures, dailyFigures, type PublishedDay, publishedDays, readLogEntry } from '@visavis/contract';
import { ok, type PublicFault, type Result, toBase64Url } from '@visavis/kernel';
import { verifyLoggedEntry } from '@visavis/log';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** One day's figures. `proven` is undefined when the public log was not shown to hold exactly these. */
export interface ShownDay {
  readonly figures: DailyFigures;
  readonly proven: { readonly index: number; readonly size: number } | undefined;
}

/**
 * What the service published of its last days, newest first, each checked against the log's key here. Does not establish
 * that the service counted rightly: only that it can't say something else tomorrow, and, by the days that are missing,
 * what it kept back.
 * @param logKey C2SP verifier key, pinned by the caller
 * @faults NETWORK_CUT, SERVER_ANSWER_INVALID
 */
export async function fetchFigures(server: ServerPort, logKey: string): Promise<Result<readonly ShownDay[], PublicFault>> {
  const answer = await callServer(server, { method: 'GET', path: '/api/transparency', answer: publishedDays });
  if (!answer.ok) return answer;
  const days = await Promise.all(answer.value.days.map((day) => checkDay(day, logKey)));
  return ok(days.flat());
}

async function checkDay({ text, logged }: PublishedDay, logKey: string): Promise<readonly ShownDay[]> {
  const figures = readFigures(text);
  if (figures === undefined) return [];
  const verified = verifyLoggedEntry(logged, logKey);
  const entry = verified.ok ? readLogEntry(verified.value.text) : undefined;
  const sha256 = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
  const isOfThese = verified.ok && entry?.kind === 'dayCounted' && entry.day === figures.day && entry.sha256 === sha256;
  return [{ figures, proven: isOfThese ? { index: verified.value.index, size: verified.value.size } : undefined }];
}

function readFigures(text: string): DailyFigures | undefined {
  try {
    return dailyFigures.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
