import { createHmac } from 'node:crypto';
import type { PrintedDocument } from '@visavis/contract';

/** HMAC-SHA-256 over what names a document worldwide. The type is part of it: a passport and a card may share a number. */
export function documentTag(documentTagKey: Uint8Array, document: Omit<PrintedDocument, 'dateOfExpiry'>): Buffer {
  return createHmac('sha256', documentTagKey).update(`visavis document v1\n${document.issuingState}\n${document.type}\n${document.documentNumber}`).digest();
}
