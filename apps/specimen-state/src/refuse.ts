import { toPublic } from '@visavis/kernel';
import type { FastifyReply } from 'fastify';
import { type SpecimenStateCode, specimenStateFaults, statusOfCode } from './faults.ts';

/** Answers with a coded refusal in the contract's `faultBody`. */
export function refuse(reply: FastifyReply, code: SpecimenStateCode): FastifyReply {
  return reply.code(statusOfCode[code]).send({ fault: toPublic(specimenStateFaults.fault(code), specimenStateFaults) });
}
