import type { PrintedDocument } from '@visavis/contract';

export type DocumentReference = Pick<PrintedDocument, 'issuingState' | 'documentNumber'>;
export type DocumentStatus = 'notReported' | 'lostOrStolen' | 'holderDeceased';

/** A document that a register says something about. */
export interface DocumentReport extends DocumentReference {
  /** Lost or stolen where it is left out. */
  readonly status?: Exclude<DocumentStatus, 'notReported'> | undefined;
}

/** Port to a state's register of lost, stolen and cancelled documents and of deaths (France: DOCVERIF). Throws when it can't be asked. */
export interface DocumentRegister {
  status(document: DocumentReference): Promise<DocumentStatus>;
  /** Documents of people reported dead: the purge asks, so that an identity does not outlive its holder. */
  deceasedHolders(): AsyncIterable<DocumentReference>;
}

/** A register that is a list in memory: for the demo, for tests, and for a state that distributes a list. */
export function createListedDocumentRegister(reported: readonly DocumentReport[]): DocumentRegister {
  const listed = new Map<string, Exclude<DocumentStatus, 'notReported'>>();
  for (const report of reported) {
    const status = report.status ?? 'lostOrStolen';
    // Reported twice: a death is the last word.
    if (status === 'holderDeceased' || !listed.has(key(report))) listed.set(key(report), status);
  }
  return {
    status: (document) => Promise.resolve(listed.get(key(document)) ?? 'notReported'),
    async *deceasedHolders() {
      for (const { issuingState, documentNumber, status } of reported) if (status === 'holderDeceased') yield { issuingState, documentNumber };
    },
  };
}

const key = (document: DocumentReference): string => `${document.issuingState}:${document.documentNumber}`;
