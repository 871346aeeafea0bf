import type { BoothOutcome, KeptThing } from '@visavis/contract';

const WITH_THE_ATTEMPT = 'the record of this attempt is deleted, within two hours of its beginning';
const WITH_THE_IDENTITY = 'you erase the identity, or its retention ends';
const IF_ACCEPTED = 'Only if you made a passkey:';

/**
 * What outlives a sealed room, in words for the citizen. Of the face nothing does, whatever the outcome.
 * @param events of the room: a document that proved genuine has its try counted
 */
export function whatWasKept(outcome: BoothOutcome, events: ReadonlySet<string>): KeptThing[] {
  const kept: KeptThing[] = [
    { what: 'receipt', why: 'This receipt, so that you can fetch it again on the device where you started.', until: WITH_THE_ATTEMPT },
    { what: 'logCommitment', why: 'Two salted hashes in the public log: that this room was opened, and ended. They name nobody; only the texts and salts in your hands open them.', until: 'for ever' },
    { what: 'consentRecord', why: 'Which consent you gave and when, under random numbers without your name.', until: WITH_THE_ATTEMPT },
  ];
  if (events.has('chip.authentic')) kept.push({ what: 'documentTryCount', why: 'A keyed hash of the document number, so that nobody can try a stolen document again and again.', until: '24 hours after the try' });
  // A room that failed may have sent its acceptance just before, and that stands.
  if (outcome !== 'accept' && !(outcome === 'failed' && events.has('portrait.handed'))) return kept;
  return [
    ...kept,
    { what: 'printedIdentity', why: `${IF_ACCEPTED} names, birth date, sex and nationality as printed, encrypted, to sign you in with.`, until: WITH_THE_IDENTITY },
    { what: 'documentNumber', why: `${IF_ACCEPTED} to ask at each sign-in whether the document was reported lost, encrypted.`, until: WITH_THE_IDENTITY },
    { what: 'documentTag', why: `${IF_ACCEPTED} a keyed hash of the document, so that it serves one identity.`, until: WITH_THE_IDENTITY },
    { what: 'personTag', why: `${IF_ACCEPTED} a keyed hash of names and birth date, so that you have one identity.`, until: WITH_THE_IDENTITY },
    { what: 'passkey', why: `${IF_ACCEPTED} its public half, to know you by.`, until: WITH_THE_IDENTITY },
    { what: 'levelOfAssurance', why: `${IF_ACCEPTED} how surely you were identified, which services are told.`, until: WITH_THE_IDENTITY },
    { what: 'consentRecord', why: `${IF_ACCEPTED} your consent to the making of the identity.`, until: WITH_THE_IDENTITY },
  ];
}
