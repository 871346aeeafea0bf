import type { ReactElement, ReactNode } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';

/** Consent taken back. */
export function WithdrawnScreen({ onAgain, children }: { readonly onAgain: () => void; readonly children?: ReactNode }): ReactElement {
  const t = laterTexts.withdrawn;
  return (
    <Screen name="withdrawn" title={t.title} lede={t.words}>
      <div className="actions">
        <ActionButton onPress={onAgain}>{t.again}</ActionButton>
        <Link href="/">{t.home}</Link>
      </div>
      {children}
    </Screen>
  );
}
