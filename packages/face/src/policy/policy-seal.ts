import { contentSha256 } from './content-sha256.ts';

/**
 * What the policy's `seal` has to be. Finds what was edited without thinking of the evidence; whoever seals again can
 * write anything: an auditor runs the evidence's command.
 */
export function policySeal(policy: { readonly seal?: unknown }): string {
  const { seal: _, ...rest } = policy;
  return contentSha256(rest);
}
