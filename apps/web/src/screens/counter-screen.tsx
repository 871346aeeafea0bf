import type { ReactElement } from 'react';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';

/** The other door, honestly: not open yet, and what it will be. */
export function CounterScreen(): ReactElement {
  const t = texts.counter;
  return (
    <Screen name="counter" title={t.title}>
      <div className="notice notice-care">
        <h2>{t.soon.title}</h2>
        <p>{t.soon.words}</p>
      </div>
      <section className="sheet">
        <h2>{t.whereTitle}</h2>
        <p>{t.where}</p>
        <h2>{t.bringTitle}</h2>
        <Points points={t.bring} />
        <p>{t.notNeeded}</p>
        <h2>{t.happensTitle}</h2>
        <Points points={t.happens} />
        <h2>{t.meanwhileTitle}</h2>
        <p>{t.meanwhile}</p>
      </section>
      <p>
        <Link href="/">{t.otherDoor}</Link>
      </p>
    </Screen>
  );
}
