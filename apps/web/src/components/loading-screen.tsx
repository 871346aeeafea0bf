import type { ReactElement } from 'react';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';

/**
 * Until a page's own code is there. On a slow line, and in a browser too old for that code, a few lines more appear
 * after some seconds; by style alone, since nothing else may ever run.
 */
export function LoadingScreen(): ReactElement {
  const t = texts.slow;
  return (
    <main id="content" className="screen" data-screen="loading">
      <output className="waiting">{texts.loading}</output>
      <div className="notice when-slow">
        <p>{t.line}</p>
        <p>{t.browser}</p>
        <p>
          <Link href="/counter">{texts.result.counter}</Link>
        </p>
      </div>
    </main>
  );
}
