import { isAtLeast, type MountedProvider, PASSKEY_AMR, type Service } from '@visavis/signin';
import type { InteractionResults, Provider } from 'oidc-provider';
import type { MockCitizen } from './citizens.ts';

/** What a citizen's way through the real pages ends in. */
export async function answerAs(citizen: MockCitizen, { mount, provider }: MountedProvider, { params }: Awaited<ReturnType<Provider['interactionDetails']>>, service: Service): Promise<InteractionResults> {
  // Whose level is too low is told so on the page, and can only go back.
  if (citizen.answer === 'declines' || !isAtLeast(citizen.levelOfAssurance, mount.lowestLevel(params))) return { error: 'access_denied', error_description: mount.declined };
  const grant = new provider.Grant({ accountId: citizen.hint, clientId: service.clientId });
  grant.addOIDCScope(String(params['scope']));
  for (const { name, essential } of mount.askedClaims(params, service)) {
    if (citizen.answer === 'refusesVoluntary' && !essential) grant.rejectOIDCClaims([name]);
    else grant.addOIDCClaims([name]);
  }
  return { login: { accountId: citizen.hint, acr: mount.acr(citizen.levelOfAssurance, params), amr: PASSKEY_AMR, remember: false }, consent: { grantId: await grant.save() } };
}
