import { levelOfAssurance, printedDocument, printedIdentity } from '@visavis/contract';
import { z } from 'zod';

/** What is sealed in each table. There is no place here for an image or a template. */
export const identityContent = z.strictObject({
  person: printedIdentity,
  document: printedDocument,
  levelOfAssurance,
  pathway: z.enum(['face', 'counter']),
  policyVersion: z.string().max(64),
  createdAt: z.iso.datetime(),
  /** When a booth or an agent last compared holder and document. */
  checkedAt: z.iso.datetime(),
});
export type IdentityContent = z.infer<typeof identityContent>;

export const deviceContent = z.strictObject({
  credentialId: z.string(),
  /** COSE key, base64url. */
  publicKey: z.string(),
  transports: z.array(z.string()),
  addedAt: z.iso.datetime(),
});

export const consentContent = z.strictObject({ textVersion: z.string(), language: z.string(), givenAt: z.iso.datetime() });

export const serviceConsentContent = z.strictObject({ clientId: z.string(), claims: z.array(z.string()), givenAt: z.iso.datetime() });

/** `nonce` makes the entry's salt, together with the salt key that is in the key store only. */
export const logContent = z.strictObject({ nonce: z.string(), text: z.string().max(2000) });
