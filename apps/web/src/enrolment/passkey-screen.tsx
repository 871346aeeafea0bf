import type { ReactElement, ReactNode } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { texts } from '../text/texts.ts';
import type { EnrolmentState } from './enrolment-state.ts';

interface PasskeyScreenProps {
  readonly phase: EnrolmentState['passkeyPhase'];
  readonly fault: EnrolmentState['fault'];
  /** False once the attempt ended: then only starting again helps. */
  readonly canCreate: boolean;
  readonly onCreate: () => void;
  readonly onStartOver: () => void;
  readonly children?: ReactNode;
}

/** The citizen makes their key; pressing the button is what browsers ask for before they show their own window. */
export function PasskeyScreen({ phase, fault, canCreate, onCreate, onStartOver, children }: PasskeyScreenProps): ReactElement {
  const t = texts.passkey;
  const label = phase === 'creating' ? t.creating : phase === 'binding' ? t.binding : fault === undefined ? t.create : texts.tryAgain;
  return (
    <Screen name="passkey" title={t.title} lede={t.lede}>
      <StepList now="passkey" />
      {fault !== undefined && <FaultPanel fault={fault} />}
      <section className="sheet">
        <Points points={t.points} />
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
      {children}
    </Screen>
  );
}
