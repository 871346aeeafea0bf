import { z } from 'zod';

/** Bytes as lower- or upper-case hexadecimal inside JSON, at most `maxBytes`. */
export const hex = (maxBytes: number) => z.string().max(2 * maxBytes).regex(/^(?:[0-9a-fA-F]{2})*$/);

/** Bytes as base64url without padding inside JSON, at most `maxBytes`. */
export const base64Url = (maxBytes: number) => z.string().max(Math.ceil((maxBytes * 4) / 3)).regex(/^[A-Za-z0-9_-]*$/);

/** A compact JWS. */
export const compactJws = z.string().max(16_384).regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);

/** Random, unguessable, made by whoever creates the thing: 16 bytes as base64url. */
export const randomId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** A P-256 public key and nothing else (RFC 7517); a private member makes it invalid. */
export const p256PublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type P256PublicJwk = z.infer<typeof p256PublicJwk>;

/** 32 bytes as base64url: a SHA-256, or a nonce as long as one. */
export const sha256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** RFC 7638 SHA-256 thumbprint. */
export const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * A few words that somebody typed and others will read: letters and digits of any script and what stands between them,
 * one space at a time; composed (Unicode NFC), so that what looks alike is alike. No address of a website fits in.
 */
export const plainWords = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}.,'’()+_-]*(?: [\p{L}\p{M}\p{N}.,'’()+_-]+)*$/u)
    .refine((words) => words.normalize('NFC') === words, 'composed');

/** A calendar date, `YYYY-MM-DD`. */
export const isoDate = z.iso.date();

export const publicFault = z.strictObject({
  code: z.string().regex(/^[A-Z0-9_]{3,64}$/),
  stage: z.enum(['request', 'channel', 'chip', 'authenticity', 'face', 'decision', 'booth', 'identity', 'signIn', 'camera', 'network', 'log']),
  retry: z.enum(['now', 'user', 'agent', 'never']),
  meaning: z.string().max(500),
  nextStep: z.string().max(500),
});
