import type { AccountCase, AccountService } from '@visavis/contract';
import type { ReactElement } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { SwitchRow } from '../components/switch-row.tsx';
import { claimLabel } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate } from '../text/texts.ts';

interface ServiceRowProps {
  readonly service: AccountService;
  /** There is one while the service is shut out. */
  readonly openCase: AccountCase | undefined;
  readonly isBusy: boolean;
  /** With every claim that it may see from now on. */
  readonly onAgree: (claims: readonly string[]) => void;
  readonly onRevoke: () => void;
  readonly onBlock: () => void;
  readonly onUnblock: () => void;
}

/** One service: what it is for, what it may see, and the ways to end that. */
export function ServiceRow({ service, openCase, isBusy, onAgree, onRevoke, onBlock, onUnblock }: ServiceRowProps): ReactElement {
  const t = laterTexts.services;
  const { name, purposes, givenAt } = service;
  if (openCase !== undefined)
    return (
      <li className="service" data-service={service.clientId} data-blocked>
        <span>
          <strong>{name}</strong>
          <small>{t.shutOut(formatDate(openCase.openedAt), openCase.caseNumber)}</small>
        </span>
        <p>{t.shutOutWords}</p>
        <ActionButton aria-label={t.letInAgainFor(name)} isDisabled={isBusy} onPress={onUnblock}>
          {t.letInAgain}
        </ActionButton>
      </li>
    );
  const agreed = service.claims.filter(({ decision }) => decision === 'agreed').map((claim) => claim.name);
  const needed = service.claims.filter(({ essential, decision }) => essential && decision === 'agreed');
  const voluntary = service.claims.filter(({ essential, decision }) => !essential && decision !== 'notAsked');
  const notAsked = service.claims.filter(({ decision }) => decision === 'notAsked');
  const list = (claims: AccountService['claims']): string => claims.map((claim) => claimLabel(claim.name)).join(', ');
  return (
    <li className="service" data-service={service.clientId}>
      <details className="more">
        <summary>
          {name}
          <small>{givenAt !== undefined && t.line(agreed.map(claimLabel).join(', ') || t.nothing, formatDate(givenAt.slice(0, 10)))}</small>
        </summary>
        <div className="sub-form">
          <dl className="facts">
            <dt>{t.purposes}</dt>
            <dd>{purposes.join(' · ') || t.gone}</dd>
            {needed.length > 0 && (
              <>
                <dt>{t.needs}</dt>
                <dd>{list(needed)}</dd>
              </>
            )}
            {notAsked.length > 0 && (
              <>
                <dt>{t.mayAsk}</dt>
                <dd>{list(notAsked)}</dd>
              </>
            )}
          </dl>
          {voluntary.length > 0 && (
            <fieldset className="sub-form">
              <legend>{t.youDecide}</legend>
              {voluntary.map((claim) => (
                <SwitchRow
                  key={claim.name}
                  label={claimLabel(claim.name)}
                  words=""
                  state={claim.decision === 'agreed' ? t.maySee : t.keptBack}
                  isOn={claim.decision === 'agreed'}
                  isDisabled={isBusy}
                  onChange={(isOn) => onAgree(isOn ? [...agreed, claim.name] : agreed.filter((one) => one !== claim.name))}
                />
              ))}
            </fieldset>
          )}
          <p className="field-help">{t.revokeWords}</p>
          <div className="actions">
            <ActionButton aria-label={t.revokeFor(name)} isDisabled={isBusy} onPress={onRevoke}>
              {t.revoke}
            </ActionButton>
          </div>
        </div>
      </details>
      <ActionButton weight="quiet" aria-label={t.notMeFor(name)} isDisabled={isBusy} onPress={onBlock}>
        {t.notMe}
      </ActionButton>
    </li>
  );
}
