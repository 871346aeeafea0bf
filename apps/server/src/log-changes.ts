import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { policiesInForce } from '@visavis/booth';
import type { TrustAnchors } from '@visavis/contract';
import { logPublicChange, type Registry, retentionPolicy } from '@visavis/registry';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { OperatorSigner } from './operator-signer.ts';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('base64url');

/**
 * Logs, for everybody to read, what this server runs under, as far as it differs from what was last logged: policies,
 * trust store, keys. An operator can't change these without its being seen.
 */
export async function logChanges(registry: Registry, running: { readonly signer: Pick<OperatorSigner, 'publicKey' | 'logKey'>; readonly trustAnchors: TrustAnchors; readonly trustAnchorsFile: string | undefined; readonly faceDir: string | undefined; readonly signinKeys: readonly JWK[] }): Promise<void> {
  const at = new Date(registry.clock()).toISOString();
  const { trustAnchors, signer } = running;
  for (const policy of await policiesInForce(running.faceDir)) await logPublicChange(registry, { kind: 'policyChanged', at, ...policy });
  const retention = new URL('retention/retention.json', import.meta.resolve('@visavis/registry'));
  await logPublicChange(registry, { kind: 'policyChanged', at, policy: 'retention', version: retentionPolicy.version, sha256: sha256(await readFile(retention)) });
  const anchors = running.trustAnchorsFile === undefined ? new Uint8Array(0) : await readFile(running.trustAnchorsFile);
  await logPublicChange(registry, { kind: 'trustStoreChanged', at, certificates: trustAnchors.cscaCertificates.length, revocationLists: trustAnchors.crls.length, sha256: sha256(anchors) });
  await logPublicChange(registry, { kind: 'keyRotated', at, key: 'operator', sha256: await calculateJwkThumbprint(signer.publicKey, 'sha256') });
  await logPublicChange(registry, { kind: 'keyRotated', at, key: 'log', sha256: sha256(signer.logKey) });
  const thumbprints = await Promise.all(running.signinKeys.map((key) => calculateJwkThumbprint(key, 'sha256')));
  await logPublicChange(registry, { kind: 'keyRotated', at, key: 'signIn', sha256: sha256(thumbprints.toSorted().join('\n')) });
}
