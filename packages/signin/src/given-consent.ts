import type { ConsentMark } from '@visavis/registry';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

/** What a sign-in's page is answered with, as the provider carries it until the browser comes back: names of claims, no values. */
export interface GivenConsent {
  /** All that was asked for. */
  readonly scope: string;
  readonly agreed: readonly string[];
  readonly refused: readonly string[];
  /** The remembered consent that it follows from; undefined where nothing is remembered. */
  readonly mark: ConsentMark | undefined;
}

/** The grant of a browser that comes back with a consent: of these claims and no others. */
export async function grantGiven(ctx: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']> | undefined> {
  const { provider, result, account, client } = ctx.oidc;
  const given = result?.consent as GivenConsent | undefined;
  if (given === undefined) return undefined;
  const grant = new provider.Grant({ accountId: account!.accountId, clientId: client!.clientId });
  grant.addOIDCScope(given.scope);
  grant.addOIDCClaims([...given.agreed]);
  // Also those behind a scope: the library leaves out of every token what is rejected here.
  grant.rejectOIDCClaims([...given.refused]);
  await grant.save();
  return grant;
}
