import type { ReactElement } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';
import type { EnrolmentState } from './enrolment-state.ts';
import { OnMyPhone } from './on-my-phone.tsx';

interface ConsentScreenProps {
  readonly consent: EnrolmentState['consent'];
  readonly onGiven: (which: keyof EnrolmentState['consent'], given: boolean) => void;
  readonly onNext: () => void;
}

/** What happens, what is kept, and two separate agreements. */
export function ConsentScreen({ consent, onGiven, onNext }: ConsentScreenProps): ReactElement {
  const t = texts.consent;
  const both = consent.faceProcessing && consent.identityCreation;
  return (
    <Screen name="consent" title={t.title} lede={t.lede}>
      <StepList now="consent" />
      <section className="sheet">
        <Points points={t.points} />
        <h2>{t.keptTitle}</h2>
        <p>{t.kept}</p>
        <p>
          <strong>{t.notKept}</strong>
        </p>
        <p>{t.codes}</p>
        <h2>{t.proofTitle}</h2>
        <Points points={[t.receipt, t.log, t.history]} />
      </section>
      <section className="sheet">
        <h2>{t.choiceTitle}</h2>
        <CheckRow label={t.face.label} words={t.face.words} given={consent.faceProcessing} onChange={(given) => onGiven('faceProcessing', given)} />
        <CheckRow label={t.identity.label} words={t.identity.words} given={consent.identityCreation} onChange={(given) => onGiven('identityCreation', given)} />
        <p>{t.withdraw}</p>
        <div className="actions">
          <ActionButton weight="main" isDisabled={!both} onPress={onNext}>
            {t.next}
          </ActionButton>
        </div>
        {!both && (
          <p className="field-help">
            {t.needBoth} <Link href="/counter">{t.counterDoor}</Link>
          </p>
        )}
      </section>
      <OnMyPhone />
    </Screen>
  );
}
