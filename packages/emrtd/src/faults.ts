import { defineFaults, type Fault } from '@visavis/kernel';

const tryAgainAtReader = 'Hold the document still on the reader and start the reading again.';
const counter = 'Go to a counter with this document.';

/** Every refusal of this room. `CHIP_*`: the conversation with the chip; `PA_*`, `CA_*`, `AA_*`: the proof; `TRUST_STORE_*`: the operator's anchors. */
export const emrtdFaults = defineFaults({
  CHIP_ACCESS_KEY_INVALID: { stage: 'chip', retry: 'user', meaning: 'What was typed cannot be a document number with two dates, or a card access number.', nextStep: 'Type it again as it is printed on the document.' },
  CHIP_ACCESS_DENIED: { stage: 'chip', retry: 'user', meaning: 'The chip did not open: the number or the dates do not belong to this document.', nextStep: 'Compare what you typed with the document and try again.' },
  CHIP_TAG_LOST: { stage: 'chip', retry: 'user', meaning: 'The document moved away from the reader before everything was read.', nextStep: tryAgainAtReader },
  CHIP_ACCESS_UNSUPPORTED: { stage: 'chip', retry: 'agent', meaning: 'This chip opens only by a method that this service does not speak.', nextStep: counter },
  CHIP_ACCESS_DOWNGRADED: { stage: 'chip', retry: 'agent', meaning: 'The chip offers the newer way to open it, but only the older one worked.', nextStep: 'Try again; if it happens again, go to a counter with this document.' },
  CHIP_KEY_AGREEMENT_INVALID: { stage: 'chip', retry: 'user', meaning: 'The chip answered wrongly while a protected connection was being set up.', nextStep: tryAgainAtReader },
  CHIP_SECURE_MESSAGING_BROKEN: { stage: 'chip', retry: 'user', meaning: 'The protected connection to the chip broke: an answer was not protected, or not by this chip.', nextStep: tryAgainAtReader },
  CHIP_ANSWER_MALFORMED: { stage: 'chip', retry: 'user', meaning: 'The chip gave an answer that cannot be read.', nextStep: tryAgainAtReader },
  CHIP_RELAY_MISBEHAVED: { stage: 'chip', retry: 'user', meaning: 'The device between chip and service did not carry the messages as it was told.', nextStep: 'Restart the app or page and read the document again.' },
  CHIP_APPLICATION_MISSING: { stage: 'chip', retry: 'user', meaning: 'This chip has no travel document application.', nextStep: 'Check that only the passport or identity card lies on the reader.' },
  CHIP_FILE_UNREADABLE: { stage: 'chip', retry: 'agent', meaning: 'The chip does not give out a file that every travel document must have.', nextStep: counter },
  CHIP_FILE_TOO_LARGE: { stage: 'chip', retry: 'agent', meaning: 'A file on the chip is larger than any travel document needs.', nextStep: counter },
  CHIP_SESSION_TOO_LONG: { stage: 'chip', retry: 'user', meaning: 'Reading the chip took more messages than any travel document needs.', nextStep: tryAgainAtReader },

  PA_SOD_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The signature file on the chip cannot be read.', nextStep: counter },
  PA_SOD_SIGNATURE_INVALID: { stage: 'authenticity', retry: 'agent', meaning: 'The signature over the chip’s contents is wrong: they were not signed by a document issuer.', nextStep: counter },
  PA_ALGORITHM_UNSUPPORTED: { stage: 'authenticity', retry: 'agent', meaning: 'The chip’s contents are signed by a method that is not accepted.', nextStep: counter },
  PA_ALGORITHM_TOO_WEAK: { stage: 'authenticity', retry: 'agent', meaning: 'The chip’s contents are signed by a method that was once accepted and is too weak today.', nextStep: counter },
  PA_CARD_SECURITY_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The file by which the chip proves its keys cannot be read.', nextStep: counter },
  PA_CARD_SECURITY_SIGNATURE_INVALID: { stage: 'authenticity', retry: 'agent', meaning: 'The signature over the chip’s keys is wrong: they were not signed by a document issuer.', nextStep: counter },
  PA_DEVIATION_LISTED: { stage: 'authenticity', retry: 'agent', meaning: 'The issuing state has said that this document was made with a mistake.', nextStep: counter },
  PA_SIGNER_MISSING: { stage: 'authenticity', retry: 'agent', meaning: 'The chip does not say who signed its contents.', nextStep: counter },
  PA_SIGNER_NOT_ALLOWED: { stage: 'authenticity', retry: 'agent', meaning: 'The certificate that signed the chip’s contents was not made for signing documents.', nextStep: counter },
  PA_SIGNER_NOT_VALID: { stage: 'authenticity', retry: 'agent', meaning: 'The certificate that signed the chip’s contents is not valid today.', nextStep: counter },
  PA_SIGNER_REVOKED: { stage: 'authenticity', retry: 'agent', meaning: 'The issuing state has withdrawn the certificate that signed this chip’s contents.', nextStep: counter },
  PA_REVOCATION_UNKNOWN: { stage: 'authenticity', retry: 'agent', meaning: 'There is no current list of withdrawn certificates of the issuing state, so this document cannot be judged.', nextStep: 'Try again later, or go to a counter with this document.' },
  PA_CSCA_UNKNOWN: { stage: 'authenticity', retry: 'agent', meaning: 'The authority that stands behind this document is not among those that are trusted.', nextStep: counter },
  PA_CSCA_NOT_VALID: { stage: 'authenticity', retry: 'agent', meaning: 'The issuing state’s certificate is not valid today.', nextStep: counter },
  PA_CSCA_REVOKED: { stage: 'authenticity', retry: 'agent', meaning: 'The issuing state has withdrawn the certificate that stands behind this document.', nextStep: counter },
  PA_ISSUER_MISMATCH: { stage: 'authenticity', retry: 'agent', meaning: 'The document names one state as its issuer, but another one signed it.', nextStep: counter },
  PA_DG_HASH_MISMATCH: { stage: 'authenticity', retry: 'agent', meaning: 'Data on the chip was altered after it was signed.', nextStep: counter },
  PA_DG_NOT_SIGNED: { stage: 'authenticity', retry: 'agent', meaning: 'The chip holds data that its issuer did not sign.', nextStep: counter },
  PA_DG_MISSING: { stage: 'authenticity', retry: 'agent', meaning: 'Data that the issuer signed is missing from the chip.', nextStep: counter },
  PA_CARD_ACCESS_MISMATCH: { stage: 'authenticity', retry: 'agent', meaning: 'What the chip said about itself at the start does not agree with what its issuer signed.', nextStep: counter },
  PA_DG1_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The machine readable zone on the chip cannot be read.', nextStep: counter },
  PA_DATE_INCOMPLETE: { stage: 'authenticity', retry: 'agent', meaning: 'The document does not give a full date of birth or expiry.', nextStep: counter },
  PA_PORTRAIT_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The portrait on the chip cannot be read.', nextStep: counter },
  PA_DOCUMENT_EXPIRED: { stage: 'authenticity', retry: 'agent', meaning: 'The document has expired.', nextStep: 'Use a valid document, or ask at a counter.' },
  CA_FAILED: { stage: 'authenticity', retry: 'agent', meaning: 'The chip could not prove that it is the original: it may be a copy.', nextStep: 'Read the document again; if it happens again, go to a counter with it.' },
  CA_KEY_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The key by which the chip should prove itself cannot be read.', nextStep: counter },
  CA_CARD_SECURITY_MISSING: { stage: 'authenticity', retry: 'agent', meaning: 'The chip proved itself by a key, but does not give out the signed file that the key stands in.', nextStep: counter },
  AA_FAILED: { stage: 'authenticity', retry: 'agent', meaning: 'The chip could not prove that it is the original: it may be a copy.', nextStep: 'Read the document again; if it happens again, go to a counter with it.' },
  AA_KEY_MALFORMED: { stage: 'authenticity', retry: 'agent', meaning: 'The key by which the chip should prove itself cannot be read.', nextStep: counter },

  TRUST_STORE_EMPTY: { stage: 'authenticity', retry: 'never', meaning: 'No issuing authority is trusted, so no document can be judged.', nextStep: 'The operator must install the issuing authorities’ certificates.' },
  TRUST_STORE_CERTIFICATE_MALFORMED: { stage: 'authenticity', retry: 'never', meaning: 'An issuing authority’s certificate cannot be read.', nextStep: 'The operator must replace it.' },
  TRUST_STORE_CRL_MALFORMED: { stage: 'authenticity', retry: 'never', meaning: 'A list of withdrawn certificates cannot be read.', nextStep: 'The operator must replace it.' },
  TRUST_STORE_CRL_NOT_TRUSTED: { stage: 'authenticity', retry: 'never', meaning: 'A list of withdrawn certificates is not signed by a trusted authority.', nextStep: 'The operator must replace it or install that authority.' },
});

export type EmrtdFaultCode = keyof typeof emrtdFaults.entries;
export type EmrtdFault = Fault<EmrtdFaultCode>;
