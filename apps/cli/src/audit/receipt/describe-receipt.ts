import type { VerifiedReceipt } from '@visavis/client';
import type { BoothOutcome, KeptThing, ProcessedClass, ReceiptClaims } from '@visavis/contract';

const PROCESSED: Readonly<Record<ProcessedClass, string>> = {
  documentAccessKey: 'what opens the chip (document number, birth and expiry date, or the card access number)',
  chipDocumentData: 'the data in the chip',
  chipPortrait: 'the portrait in the chip',
  faceImages: 'pictures from the camera',
  faceTemplates: 'numbers computed from faces, for comparing',
  headMovements: 'movements of the head',
};

const OUTCOME: Readonly<Record<BoothOutcome, string>> = {
  accept: 'accepted',
  refer: 'referred to a person at a counter',
  reject: 'not accepted',
  withdrawn: 'withdrawn by the citizen',
  failed: 'ended without a decision',
};

const KEPT: Readonly<Record<KeptThing['what'], string>> = {
  printedIdentity: 'names, birth date, sex, nationality',
  documentNumber: 'document number',
  documentTag: 'keyed hash of the document',
  personTag: 'keyed hash of the person',
  passkey: 'passkey',
  consentRecord: 'record of the consent',
  levelOfAssurance: 'level of assurance',
  documentTryCount: 'count of tries of the document',
  receipt: 'this receipt',
  logCommitment: 'entries in the public log',
};

/** A verified receipt in plain words: what it says, what that shows, and what it can't show. */
export function describeReceipt({ claims, logged }: VerifiedReceipt): string {
  const kept = claims.kept.map(({ what, why, until }) => `  ${KEPT[what]}\n      ${why}\n      until: ${until}`);
  return [
    'This receipt holds.',
    `  It was signed with the operator key that you gave.`,
    `  Its entry is number ${logged.index} of the transparency log, which had ${logged.size} entries when that was shown.`,
    '',
    ...whatEnded(claims),
    '',
    kept.length === 0 ? 'Nothing was kept.' : 'Kept:',
    ...kept,
    '',
    'What this shows: the operator has said so in public, and can neither take it back nor say something else to you.',
    'What it does not show: that the operator did nothing beside what its published program does. For that there are',
    'the source, the walls that /health names, and “visavis audit forgetting”. That everybody is shown the same log,',
    '“visavis audit log” shows to those who keep its states.',
  ].join('\n');
}

function whatEnded(claims: ReceiptClaims): string[] {
  if (claims.subject === 'identity') return [`A digital identity was erased at ${claims.endedAt} (${claims.reason}).`, 'Erased:', ...claims.erased.map((what) => `  ${what}`)];
  return [
    `A sealed room lived from ${claims.startedAt} to ${claims.endedAt}: ${OUTCOME[claims.outcome]}.`,
    '  Both its cells were killed, and gone from the table of processes, before this was signed.',
    `  Room ${claims.boothKeyHash}, enrolment ${claims.enrolmentId}`,
    claims.processed.length === 0 ? 'It was shown nothing.' : 'It worked on:',
    ...claims.processed.map((what) => `  ${PROCESSED[what]}`),
  ];
}
