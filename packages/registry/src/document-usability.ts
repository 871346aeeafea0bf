import type { PrintedDocument } from '@visavis/contract';
import type { Registry } from './registry.ts';

export type DocumentUsability = 'usable' | 'expired' | 'lostOrStolen' | 'holderDeceased';

/** Whether the document of an identity may still be used: asked at enrolment and again at each sign-in. */
export async function documentUsability(registry: Pick<Registry, 'clock' | 'documentRegister'>, document: PrintedDocument): Promise<DocumentUsability> {
  // A document is valid through its last printed day, wherever on Earth that day ends last (UTC-12).
  const lastsUntilMs = Date.parse(`${document.dateOfExpiry}T23:59:59Z`) + 12 * 3600 * 1000;
  if (lastsUntilMs < registry.clock()) return 'expired';
  const status = await registry.documentRegister.status(document);
  return status === 'notReported' ? 'usable' : status;
}
