import { err, ok, type Result } from '@visavis/kernel';
import type { Mount } from './mount.ts';
import { parseServices } from './parse-services.ts';
import type { Service } from './service.ts';

/** Words for a list, as words for the one service in it: what is wrong and where, on one line each. */
const aboutOne = (lines: readonly string[]): readonly string[] =>
  lines
    .join('\n')
    .replaceAll(/\n *→ at \[0\]\.?/g, ': ')
    .split('\n')
    .map((line) => line.replace(/^✖ /, '').replace(/: $/, ''));

/**
 * One service as it is registered while servers run, by the rules of {@link parseServices}, and a secret that was made
 * here instead of one that is written. `HS256`, for which the secret itself must be kept, belongs into the operator's file.
 * @param registration from an operator, or from a developer, who may be anybody
 * @param secretSha256 of the secret made for it; looked at only where its method needs one
 * @returns or what is wrong, in words for whoever wrote it
 */
export function parseRegistration(registration: unknown, o: { readonly registrar: Service['registrar']; readonly mounts: readonly Mount[]; readonly allowLoopback: boolean; readonly secretSha256: string | undefined }): Result<Service, readonly string[]> {
  const written: Readonly<Record<string, unknown>> = typeof registration === 'object' && registration !== null ? { ...registration } : {};
  const { clientSecret, tokenEndpointAuthMethod, idTokenSigning, userinfoSigning } = written;
  if (clientSecret !== undefined) return err(['clientSecret is made here, and shown once']);
  if ([idTokenSigning, userinfoSigning].includes('HS256')) return err(['HS256 needs a secret that is kept: only in the file of services']);
  const bySecret = tokenEndpointAuthMethod === 'client_secret_basic' || tokenEndpointAuthMethod === 'client_secret_post';
  const parsed = parseServices([bySecret ? { ...written, clientSecret: o.secretSha256 } : registration], o.mounts, o.allowLoopback);
  if (!parsed.ok) return err(aboutOne(parsed.fault));
  const service = { ...parsed.value[0]!, registrar: o.registrar };
  const { authentication } = service;
  return ok('clientSecret' in authentication ? { ...service, authentication: { method: authentication.method, clientSecretSha256: authentication.clientSecret } } : service);
}
