import type { ReactElement, ReactNode } from 'react';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

/** A recovery was begun: what happens now, and when to come back. */
export function RecoveryWaitsScreen({ readyAt, children }: { readonly readyAt: string; readonly children: ReactNode }): ReactElement {
  const t = laterTexts.recovery;
  return (
    <Screen name="recovery-waits" title={t.waitsTitle} lede={t.waitsLede(formatMoment(readyAt))}>
      <section className="sheet">
        <Points points={t.waits} />
        <p>
          <Link href="/recover">{t.link}</Link>
        </p>
      </section>
      {children}
    </Screen>
  );
}
