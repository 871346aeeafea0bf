import type { Account, ReceiptFile } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, type ReactNode, useState } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { DevicesSection } from '../devices/devices-section.tsx';
import { HistorySection } from '../history/history-section.tsx';
import { SharedProofsSection } from '../shared-proofs/shared-proofs-section.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate } from '../text/texts.ts';
import { AccountLogSection } from './account-log-section.tsx';
import { EmailSection } from './email-section.tsx';
import { ErasureSection } from './erasure-section.tsx';
import { NoticesSection } from './notices-section.tsx';
import { RecoveryNotice } from './recovery-notice.tsx';
import { ServicesSection } from './services-section.tsx';

interface AccountScreenProps {
  readonly account: Account;
  readonly demoServiceUrl: string | undefined;
  readonly fault: PublicFault | undefined;
  readonly onSignOut: () => void;
  /** Of the enrolment that was just done on this page. */
  readonly receipt: ReactNode;
  readonly onErased: (receipt: ReceiptFile) => void;
  /** Something of it may be different now, or the session over. */
  readonly onChanged: () => void;
}

export function AccountScreen({ account, demoServiceUrl, fault, onSignOut, receipt, onErased, onChanged }: AccountScreenProps): ReactElement {
  // Services shut out from a row of the history: the list of services begins anew.
  const [blocks, setBlocks] = useState(0);
  const t = laterTexts.account;
  const { person, document } = account;
  return (
    <Screen name="account" title={t.welcome(greetingName(person))} lede={t.lede}>
      {fault !== undefined && <FaultPanel fault={fault} />}
      {account.isFrozen && (
        <section className="notice notice-care" data-frozen>
          <h2>{t.frozenTitle}</h2>
          <p>{t.frozenWords}</p>
          <p>
            <a href="#account-freeze">{t.frozenLink}</a>
          </p>
        </section>
      )}
      <RecoveryNotice />
      <NoticesSection />
      {demoServiceUrl !== undefined && (
        <section className="notice">
          <h2>{t.tryTitle}</h2>
          <p>{t.tryWords}</p>
          <div className="actions">
            <a className="button button-main" href={demoServiceUrl}>
              {t.tryLink}
            </a>
          </div>
        </section>
      )}
      {receipt}
      <section className="sheet" aria-labelledby="account-identity">
        <h2 id="account-identity">{t.identityTitle}</h2>
        <dl className="facts">
          <Fact name={t.familyName} value={person.familyName} />
          <Fact name={t.givenNames} value={person.givenNames} />
          <Fact name={t.dateOfBirth} value={formatDate(person.dateOfBirth)} />
          <Fact name={t.sex} value={t.sexes[person.sex]} />
          <Fact name={t.nationality} value={person.nationality} />
          <Fact name={t.document} value={t.documentLine(t.documentTypes[document.type], document.documentNumber, document.issuingState)} />
          <Fact name={t.expires} value={formatDate(document.dateOfExpiry)} />
        </dl>
      </section>
      <section className="sheet" aria-labelledby="account-proof">
        <h2 id="account-proof">{t.proofTitle}</h2>
        <dl className="facts">
          <Fact name={t.level} value={t.levels[account.levelOfAssurance]} />
          <Fact name={t.pathway} value={t.pathways[account.pathway]} />
          <Fact name={t.since} value={formatDate(account.createdAt)} />
        </dl>
        <p className="field-help">{t.pathwayNote}</p>
      </section>
      <SharedProofsSection />
      <ServicesSection key={blocks} />
      <HistorySection onBlocked={() => setBlocks((n) => n + 1)} />
      <DevicesSection onChanged={onChanged} />
      <EmailSection />
      <AccountLogSection />
      <ErasureSection onErased={onErased} />
      <div className="actions">
        <ActionButton weight="quiet" onPress={onSignOut}>
          {t.signOut}
        </ActionButton>
      </div>
    </Screen>
  );
}

/** Passports print capitals; a greeting does not shout. */
function greetingName({ givenNames, familyName }: Account['person']): string {
  const first = givenNames.split(' ')[0];
  return (first === undefined || first === '' ? familyName : first).toLowerCase().replaceAll(/(^|[^\p{L}])\p{L}/gu, (start) => start.toUpperCase());
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
