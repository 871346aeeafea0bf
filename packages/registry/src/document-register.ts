import type { PrintedDocument } from '@visavis/contract';

export type DocumentReference = Pick<PrintedDocument, 'issuingState' | 'documentNumber'>;
export type DocumentStatus = 'notReported' | 'lostOrStolen';

/** Port to a state's register of lost, stolen and cancelled documents (France: DOCVERIF). Throws when it can't be asked. */
export interface DocumentRegister {
  status(document: DocumentReference): Promise<DocumentStatus>;
}

/** A register that is a list in memory: for the demo, for tests, and for a state that distributes a list. */
export function createListedDocumentRegister(reported: readonly DocumentReference[]): DocumentRegister {
  const listed = new Set(reported.map((document) => key(document)));
  return { status: (document) => Promise.resolve(listed.has(key(document)) ? 'lostOrStolen' : 'notReported') };
}

const key = (document: DocumentReference): string => `${document.issuingState}:${document.documentNumber}`;
