import type { TrustAnchors } from '@visavis/contract';
import type { SpecimenState } from '@visavis/specimen';
import type { FastifyInstance } from 'fastify';

/** `GET /trust-anchors`: what a demo is to trust. Marked as specimen: production refuses to start with it. */
export function serveTrustAnchors(server: FastifyInstance, state: SpecimenState): void {
  const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
  const body: TrustAnchors = { specimen: true, cscaCertificates: state.trustAnchors.cscaCertificates.map(base64), crls: state.trustAnchors.crls.map(base64) };
  server.get('/trust-anchors', async () => body);
}
