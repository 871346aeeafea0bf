import type { ReactElement, ReactNode } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';
import type { ChipStep, EnrolmentState } from './enrolment-state.ts';
import { QueueScreen } from './queue-screen.tsx';

interface ChipScreenProps {
  readonly step: ChipStep;
  readonly fault: EnrolmentState['fault'];
  readonly onRetry: () => void;
  readonly onCheckDetails: () => void;
  readonly onWithdraw: () => void;
  readonly queue: EnrolmentState['queue'];
  readonly children?: ReactNode;
}

const STAGES = ['connecting', 'access', 'reading', 'authenticity'] as const;

/** What the sealed room does with the chip, as it happens. */
export function ChipScreen({ step, queue, fault, onRetry, onCheckDetails, onWithdraw, children }: ChipScreenProps): ReactElement {
  const t = texts.chip;
  const at = STAGES.indexOf(step);
  // The same details would be refused again.
  const isTypedWrong = fault?.code === 'CHIP_ACCESS_DENIED';
  if (queue !== undefined && fault === undefined) return <QueueScreen queue={queue} onLeave={onWithdraw} />;
  return (
    <Screen name="chip" title={fault === undefined ? t.title : t.failedTitle} {...(fault === undefined && { lede: t.lede })}>
      <StepList now="chip" />
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          {fault.retry !== 'agent' && !isTypedWrong && (
            <ActionButton weight="main" onPress={onRetry}>
              {texts.tryAgain}
            </ActionButton>
          )}
          <ActionButton weight={isTypedWrong ? 'main' : 'second'} onPress={onCheckDetails}>
            {t.checkDetails}
          </ActionButton>
          <Link href="/counter">{texts.result.counter}</Link>
        </FaultPanel>
      )}
      {fault === undefined && (
        <section className="sheet">
          <ol className="stages">
            {STAGES.map((stage, i) => {
              const state = i < at ? 'done' : i > at ? 'later' : 'now';
              return (
                <li key={stage} data-state={state}>
                  <span className="stage-mark" aria-hidden="true" />
                  <span>
                    <strong>{t.stages[stage].title}</strong>
                    <small>{t.stages[stage].words}</small>
                  </span>
                </li>
              );
            })}
          </ol>
          <output className="only-heard">{t.stages[step].title}</output>
        </section>
      )}
      <div className="actions">
        <ActionButton weight="quiet" onPress={onWithdraw}>
          {texts.withdraw}
        </ActionButton>
      </div>
      {children}
    </Screen>
  );
}
