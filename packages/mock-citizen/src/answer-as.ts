import { type GivenConsent, isAtLeast, type MountedProvider, PASSKEY_AMR, type Service } from '@visavis/signin';
import type { InteractionResults, Provider } from 'oidc-provider';
import type { MockCitizen } from './citizens.ts';

/** What a citizen's way through the real pages ends in. */
export function answerAs(citizen: MockCitizen, { mount }: MountedProvider, { params }: Awaited<ReturnType<Provider['interactionDetails']>>, service: Service): InteractionResults {
  // Whose level is too low is told so on the page, and can only go back.
  if (citizen.answer === 'declines' || !isAtLeast(citizen.levelOfAssurance, mount.lowestLevel(params))) return { error: 'access_denied', error_description: mount.declined };
  const asked = mount.askedClaims(params, service);
  const isRefused = ({ essential }: (typeof asked)[number]): boolean => citizen.answer === 'refusesVoluntary' && !essential;
  const names = (claims: typeof asked): string[] => claims.map(({ name }) => name);
  return {
    login: { accountId: citizen.hint, acr: mount.acr(citizen.levelOfAssurance, params), amr: PASSKEY_AMR, remember: false },
    consent: { scope: String(params['scope']), agreed: names(asked.filter((claim) => !isRefused(claim))), refused: names(asked.filter(isRefused)), mark: undefined } satisfies GivenConsent,
  };
}
