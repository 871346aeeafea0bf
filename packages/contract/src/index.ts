import './without-eval.ts';

export { type Account, type AccountLog, account, accountLog, type Interaction, interaction, type PasskeyAnswer, passkeyAnswer, passkeyChallenge } from './account-api.ts';
export { type BoothCertificate, boothCertificateFaults, boothKeyDigests, boothOpenedAt, MAX_BOOTH_CERTIFICATE_S, signBoothCertificate, verifyBoothCertificate } from './booth-certificate.ts';
export { type AccessKeyMessage, accessKey, type BoothMessage, boothMessage, type CaptureAction, captureAction, type CaptureHint, captureHint, type ChallengeProfile, challengeProfile, type ClientMessage, clientMessage, type Hello, hello, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, type ScreenRgb, screenRgb } from './booth-messages.ts';
export { type BatchEnd, batchEnd, type CardAnswers, cardAnswers, type CardBatch, cardBatch, type CardCommand, cardCommand, MAX_COMMANDS_PER_BATCH } from './card.ts';
export { type FromChipCell, type FromFaceCell, fromChipCell, fromFaceCell, type ToChipCell, type ToFaceCell, toChipCell, toFaceCell } from './cell-messages.ts';
export { ANSWER_KEY_BYTES, ANSWER_KEY_LABEL, ANSWER_NONCE_BYTES, ANSWER_NONCE_LABEL, channelInfo, helloSignatureInput, SEAL_OVERHEAD_BYTES, sequenceBytes } from './channel.ts';
export { type BindIdentity, bindIdentity, type ClientConfiguration, clientConfiguration, type ConsentGiven, type CreateEnrolment, consentGiven, createEnrolment, type EnrolmentCreated, enrolmentCreated, type EnrolmentQueued, enrolmentQueued, faultBody, type IdentityBound, identityBound, provenRequest } from './enrolment-api.ts';
export { type KeptThing, type ReceiptClaims, receiptClaims, receiptFaults, type ReceiptFile, receiptFile, receiptHash, signReceipt, verifyReceipt } from './erasure-receipt.ts';
export { type AddHistoryWrap, addHistoryWrap, decodeHistoryEntry, encodeHistoryEntry, HISTORY_PAGE_ENTRIES, HISTORY_PRF_INPUT, type HistoryEntry, historyEntryInfo, type HistoryKeys, historyKeys, type HistoryPage, historyPage, type HistoryWrap, historyWrapInfo, MAX_HISTORY_WRAPS, type SealedHistoryEntry, type SwitchHistoryOn, switchHistoryOn } from './history-api.ts';
export { type BoothOutcome, type LogEntry, type LoggedEntry, type LogOpening, type ProcessedClass, logEntry, loggedEntry, logOpening, processedClass, readLogEntry } from './log-entry.ts';
export { decodeMessage, encodeMessage } from './message-framing.ts';
export { possessionFaults, contentHash, signPossession, verifyPossession } from './possession.ts';
export { type P256PublicJwk, p256PublicJwk, publicFault, randomId, thumbprint } from './primitives.ts';
export { type FromSigner, fromSigner, MAX_SIGNER_MESSAGE_BYTES, type SignerFault, type SignerFaultCode, signerFaults, type ToSigner, toSigner } from './signer-messages.ts';
export { anchorsOf, readTrustStoreFile, signTrustStore, type TrustStoreFileContents } from './trust-store-file.ts';
export { type MintedPassport, type MintPassportRequest, mintedPassport, mintPassportRequest, type TrustAnchors, trustAnchors } from './specimen-api.ts';
export { type AcceptedVerdictClaims, type LevelOfAssurance, levelOfAssurance, type PrintedDocument, type PrintedIdentity, printedDocument, printedIdentity, signVerdict, type Verdict, type VerdictClaims, verdictClaims, verdictFaults, verifyVerdict } from './verdict.ts';
