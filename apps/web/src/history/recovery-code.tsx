import { type ReactElement, type ReactNode, useState } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { laterTexts } from '../text/later-texts.ts';

interface RecoveryCodeProps {
  readonly code: string;
  readonly action: string;
  readonly isBusy: boolean;
  /** The citizen says that they kept it. */
  readonly onKept: () => void;
  /** Other ways on. */
  readonly children: ReactNode;
}

/** A code that is shown this once, to print or write down. On paper there is nothing else. For browser tests: `data-recovery-code`. */
export function RecoveryCode({ code, action, isBusy, onKept, children }: RecoveryCodeProps): ReactElement {
  const [isKept, setIsKept] = useState(false);
  const t = laterTexts.history;
  return (
    <div className="notice recovery">
      <div className="print-alone">
        <h3>{t.codeTitle}</h3>
        <p>{t.codeWords}</p>
        <p className="recovery-code" data-recovery-code={code}>
          {code.split('-').map((group, i) => (
            <span key={`${i + 1} ${group}`}>{group}</span>
          ))}
        </p>
        <p className="only-printed">{t.codePrinted(window.location.host)}</p>
      </div>
      <div className="actions">
        <ActionButton onPress={() => window.print()}>{t.print}</ActionButton>
      </div>
      <CheckRow label={t.kept} words={t.keptWords} given={isKept} onChange={setIsKept} />
      <div className="actions">
        <ActionButton weight="main" isDisabled={!isKept} isPending={isBusy} onPress={onKept}>
          {action}
        </ActionButton>
        {children}
      </div>
    </div>
  );
}
