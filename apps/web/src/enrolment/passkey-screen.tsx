import type { ReactElement, ReactNode } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import type { EnrolmentState } from './enrolment-state.ts';

interface PasskeyScreenProps {
  readonly phase: EnrolmentState['passkeyPhase'];
  readonly fault: EnrolmentState['fault'];
  /** No passkey is made: one that is there confirms. */
  readonly isRenewal: boolean;
  /** False once the attempt ended: then only starting again helps. */
  readonly canCreate: boolean;
  readonly onCreate: () => void;
  readonly onStartOver: () => void;
  readonly onRenew: () => void;
  readonly children?: ReactNode;
}

/** The citizen makes their key, or confirms with the one they have; pressing the button is what browsers ask for before they show their own window. */
export function PasskeyScreen({ phase, fault, isRenewal, canCreate, onCreate, onStartOver, onRenew, children }: PasskeyScreenProps): ReactElement {
  const t = laterTexts.passkey;
  const action = isRenewal ? texts.renewal.confirm : t.create;
  const label = phase === 'creating' ? t.creating : phase === 'binding' ? t.binding : fault === undefined ? action : texts.tryAgain;
  const isKnownPerson = fault?.code === 'IDENTITY_PERSON_ALREADY_ENROLLED';
  return (
    <Screen name="passkey" title={isRenewal ? texts.renewal.confirmTitle : t.title} lede={isRenewal ? texts.renewal.confirmLede : t.lede}>
      <StepList now="passkey" />
      {fault !== undefined && <FaultPanel fault={fault} />}
      {isKnownPerson ? (
        <section className="sheet">
          <h2>{texts.renewal.title}</h2>
          <p>{texts.renewal.words}</p>
          <div className="actions">
            <ActionButton weight="main" onPress={onRenew}>
              {texts.renewal.start}
            </ActionButton>
          </div>
          <p>
            {texts.renewal.otherwise} <Link href="/counter">{texts.result.counter}</Link>
          </p>
        </section>
      ) : fault?.code === 'IDENTITY_DOCUMENT_ALREADY_ENROLLED' ? (
        <section className="sheet">
          <h2>{laterTexts.recovery.title}</h2>
          <p>{laterTexts.recovery.offer}</p>
          <p>
            <Link href="/recover">{laterTexts.recovery.link}</Link>
          </p>
        </section>
      ) : (
        <section className="sheet">
          {!isRenewal && <Points points={t.points} />}
          <div className="actions">
            {canCreate ? (
              <ActionButton weight="main" onPress={onCreate} isPending={phase !== 'waiting'}>
                {label}
              </ActionButton>
            ) : (
              <ActionButton weight="main" onPress={onStartOver}>
                {texts.result.startOver}
              </ActionButton>
            )}
          </div>
        </section>
      )}
      {children}
    </Screen>
  );
}
