import { z } from 'zod';
import { base64Url, plainWords, randomId, sha256 } from './primitives.ts';

/**
 * Proofs that a citizen hands to somebody who is no service here (a landlord, a bank's clerk): a few attributes, for one
 * recipient and purpose, behind a link that ends.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/account/acts` | `{ act: shareProof, answer }` | 200, as `devices-api.ts` has it |
 * | `GET /api/account/shared-proofs` | | sharedProofs |
 * | `DELETE /api/account/shared-proofs/:proofId` | | 204, also when it is over already |
 * | `POST /api/shared-proofs/look` | proofLook, by anybody | 200 proofSeen; 404 SHARED_PROOF_UNKNOWN, 410 SHARED_PROOF_USED, _EXPIRED, _REVOKED |
 *
 * The link is `/check#<secret>`. The secret is made by the citizen's browser and never sent: from it come a token, of
 * which the server keeps the hash, and a key pair, to whose public half the server seals what is shown. A look brings the
 * token and gets what is sealed; only the page with the secret opens it.
 */
export const proofAttribute = z.enum(['family_name', 'given_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_band']);
export type ProofAttribute = z.infer<typeof proofAttribute>;

export const proofValidity = z.enum(['hour', 'day', 'week', 'month']);
export type ProofValidity = z.infer<typeof proofValidity>;

/** Everybody in an estate agent's office who has to see it. */
export const SHARED_PROOF_MAX_VIEWS = 10;
/** A name with its office; a sentence. */
const MAX_WORDS_LENGTH = 60;
const words = plainWords(MAX_WORDS_LENGTH);
/** As anything of a document, or the name of an age band. */
const MAX_VALUE_LENGTH = 64;
/** {@link proofContent} at its longest, HPKE's encapsulated key and AES-GCM's tag. */
const MAX_BOX_BYTES = 1400;

export const shareProof = z.strictObject({
  kind: z.literal('shareProof'),
  attributes: z.array(proofAttribute).min(1).max(proofAttribute.options.length).refine((named) => new Set(named).size === named.length, 'each once'),
  recipient: words,
  purpose: words,
  validFor: proofValidity,
  views: z.int().min(1).max(SHARED_PROOF_MAX_VIEWS),
  /** Of the link's token. */
  tokenHash: sha256,
  /** P-256 point of the link's key. */
  publicKey: base64Url(65).length(87),
});
export type ShareProof = z.infer<typeof shareProof>;

/** What the citizen sees of theirs. */
export const sharedProofs = z.strictObject({
  /** What can be shown, and what it would say. */
  offered: z.array(z.strictObject({ attribute: proofAttribute, value: z.string().max(MAX_VALUE_LENGTH) })),
  proofs: z.array(
    z.strictObject({
      proofId: randomId,
      state: z.enum(['open', 'used', 'expired', 'revoked']),
      recipient: words,
      purpose: words,
      attributes: z.array(proofAttribute),
      views: z.int(),
      /** Of each look. */
      seenAt: z.array(z.iso.datetime()),
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
    }),
  ),
});
export type SharedProofs = z.infer<typeof sharedProofs>;

/** `lookId`: made by the page for one look, so that an answer that was lost can be asked for again and counts once. */
export const proofLook = z.strictObject({ token: base64Url(32).length(43), lookId: randomId });

/** `box`: HPKE's encapsulated key and ciphertext, of {@link proofContent}. */
export const proofSeen = z.strictObject({ box: base64Url(MAX_BOX_BYTES), viewsLeft: z.int().min(0) });
export type ProofSeen = z.infer<typeof proofSeen>;

/** What the link opens. */
export const proofContent = z.strictObject({
  recipient: words,
  purpose: words,
  attributes: z.array(z.strictObject({ attribute: proofAttribute, value: z.string().max(MAX_VALUE_LENGTH) })).min(1),
  provenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type ProofContent = z.infer<typeof proofContent>;

/** HPKE `info`: what is sealed for one link opens as no other's. */
export const sharedProofInfo = (tokenHash: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`visavis shared proof v1\n${tokenHash}`);
