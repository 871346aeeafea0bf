import type { PublicFault } from '@visavis/kernel';
import type { ReactElement, ReactNode } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';

interface ResultScreenProps {
  readonly outcome: 'accept' | 'refer' | 'reject';
  readonly reasons: readonly PublicFault[];
  readonly isRenewal: boolean;
  /** From an accepted citizen's button: the passkey is made, or at a renewal the one that is there confirms. */
  readonly onCreatePasskey: () => void;
  readonly onStartOver: () => void;
  readonly onDetails: () => void;
  readonly children?: ReactNode;
}

/** What the sealed room decided, why, and what to do next; for the accepted, to make their key at once. For browser tests: `data-outcome`. */
export function ResultScreen({ outcome, reasons, isRenewal, onCreatePasskey, onStartOver, onDetails, children }: ResultScreenProps): ReactElement {
  const t = texts.result[outcome];
  const isAccepted = outcome === 'accept';
  // A document refused before the camera was asked for never came to the face.
  const endedAt = isAccepted ? 'passkey' : reasons.some((reason) => reason.stage === 'face') ? 'camera' : 'chip';
  // What a new attempt can change; the rest is for a person at a counter.
  const canStartOver = reasons.some((reason) => reason.retry === 'now' || reason.retry === 'user');
  return (
    <Screen name="result" title={t.title} lede={t.words}>
      <StepList now={endedAt} />
      <div className="result-mark" data-outcome={outcome}>
        <Seal outcome={outcome} />
      </div>
      {isAccepted && (
        <section className="sheet">
          <h2>{isRenewal ? texts.renewal.confirmTitle : laterTexts.passkey.title}</h2>
          <p>{isRenewal ? texts.renewal.confirmLede : laterTexts.passkey.lede}</p>
          {!isRenewal && <Points points={laterTexts.passkey.points} />}
          <div className="actions">
            <ActionButton weight="main" onPress={onCreatePasskey}>
              {isRenewal ? texts.renewal.confirm : laterTexts.passkey.create}
            </ActionButton>
          </div>
        </section>
      )}
      {reasons.map((reason) => (
        <FaultPanel key={reason.code} fault={reason} />
      ))}
      <div className="actions">
        {!isAccepted && canStartOver && (
          <>
            <ActionButton weight="main" onPress={onStartOver}>
              {texts.result.startOver}
            </ActionButton>
            <ActionButton onPress={onDetails}>{texts.result.details}</ActionButton>
          </>
        )}
        {!isAccepted && <Link href="/counter">{texts.result.counter}</Link>}
      </div>
      {children}
    </Screen>
  );
}

function Seal({ outcome }: { readonly outcome: 'accept' | 'refer' | 'reject' }): ReactElement {
  const tone = { accept: 'good', refer: 'care', reject: 'stop' }[outcome];
  return (
    <svg className={`seal seal-${tone}`} viewBox="0 0 88 88" fill="none" stroke="currentColor" strokeWidth="5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <circle cx="44" cy="44" r="38" />
      {outcome === 'accept' && <path d="m28 45 11 12 21-25" />}
      {outcome === 'refer' && <path d="M44 24v24m0 14v1" />}
      {outcome === 'reject' && <path d="M30 44h28" />}
    </svg>
  );
}
