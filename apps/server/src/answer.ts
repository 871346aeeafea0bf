import { boothFaults } from '@visavis/booth';
import { boothCertificateFaults, possessionFaults, receiptFaults, signerFaults, verdictFaults } from '@visavis/contract';
import { err, type Fault, ok, type PublicFault, type Result, toPublic } from '@visavis/kernel';
import { deskFaults, deviceFaults, emailFaults, recoveryFaults, historyFaults, registryFaults, sharedProofFaults } from '@visavis/registry';
import { signinFaults } from '@visavis/signin';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { serverFaults, statusOf } from './faults.ts';

/** What a citizen may read of a refusal. */
export const publicFault = (fault: Fault): PublicFault => toPublic(fault, serverFaults, registryFaults, deskFaults, deviceFaults, emailFaults, recoveryFaults, historyFaults, sharedProofFaults, signinFaults, boothFaults, verdictFaults, possessionFaults, boothCertificateFaults, receiptFaults, signerFaults);

/**
 * Every refusal leaves this way: `{ fault }` and the status of its code; one that time heals says how much.
 * @param details for a developer, of their own registration
 */
export async function refuse(reply: FastifyReply, fault: Fault, details?: readonly string[]): Promise<FastifyReply> {
  const told = publicFault(fault);
  const more = details === undefined ? {} : { details };
  const { retryAfterS } = fault.detail;
  if (typeof retryAfterS !== 'number') return reply.code(statusOf(fault)).send({ fault: told, ...more });
  const minutes = Math.ceil(retryAfterS / 60);
  const nextStep = minutes > 1 ? `You can try again in ${minutes} minutes. ${told.nextStep}` : told.nextStep;
  return reply.code(statusOf(fault)).header('retry-after', String(retryAfterS)).send({ fault: { ...told, nextStep }, ...more });
}

/** Parses what a stranger sent, once and strictly. @faults REQUEST_INVALID */
export function parse<S extends z.ZodType>(schema: S, sent: unknown): Result<z.output<S>> {
  const parsed = schema.safeParse(sent);
  return parsed.success ? ok(parsed.data) : err(serverFaults.fault('REQUEST_INVALID'));
}
