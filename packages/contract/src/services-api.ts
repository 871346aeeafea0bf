import { z } from 'zod';
import { faultBody } from './enrolment-api.ts';
import { logOpening } from './log-entry.ts';

/** `GET /api/services`: by client id; `next` goes into `after` of the next call. */
export const publicServices = z.object({
  services: z.array(
    z.object({
      clientId: z.string(),
      name: z.string(),
      purposes: z.array(z.string()),
      /** The most it may ever ask for. */
      claims: z.array(z.string()),
      /** Nobody has checked what a developer says. */
      registrar: z.enum(['operator', 'developer']),
    }),
  ),
  next: z.string().optional(),
});
export type PublicServices = z.infer<typeof publicServices>;

/** `GET /api/services/:clientId/changes`: entries of the transparency log, newest first. */
export const serviceChanges = z.object({ openings: z.array(logOpening) });
export type ServiceChanges = z.infer<typeof serviceChanges>;

/**
 * `POST /api/sandbox/services`, in the demo only: a registration as in docs/services.md, without what is made for it.
 * Its rules are checked where a registration's rules are.
 */
export const sandboxRegistration = z.record(z.string().max(64), z.unknown()).refine((written) => !['clientId', 'clientSecret', 'sector'].some((member) => Object.hasOwn(written, member)), 'made here');

/** Both secrets are shown this once. */
export const sandboxRegistered = z.object({ clientId: z.string(), clientSecret: z.string().optional(), managementSecret: z.string(), expiresAt: z.iso.datetime() });
export type SandboxRegistered = z.infer<typeof sandboxRegistered>;

/** Any refusal, with what is wrong in a registration where that is why. */
export const sandboxRefused = faultBody.extend({ details: z.array(z.string()).default([]) });
export type SandboxRefused = z.infer<typeof sandboxRefused>;
