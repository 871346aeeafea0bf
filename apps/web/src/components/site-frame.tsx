import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';
import { Wordmark } from './wordmark.tsx';

/** Head and foot of every page. */
export function SiteFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const isDemo = useIsDemo();
  // A notice that came later would push the page down under the finger.
  if (isDemo === undefined) return <div className="site" />;
  return (
    <div className="site">
      <a className="skip" href="#content">
        {texts.skipToContent}
      </a>
      {isDemo && (
        <div className="demo-notice" role="note">
          {texts.demoNotice}
        </div>
      )}
      <header className="site-header">
        <Link href="/" className="wordmark" aria-label={texts.homeLink}>
          <Wordmark />
          {texts.siteName}
        </Link>
        <nav className="site-nav">
          <Link href="/account">{texts.accountLink}</Link>
        </nav>
      </header>
      {children}
      <footer className="site-footer">
        <p>{texts.footer}</p>
        <p>
          <Link href="/proofs">{texts.proofs.link}</Link> <Link href="/transparency">{texts.transparency.link}</Link>
        </p>
      </footer>
    </div>
  );
}

/** How long the first page waits for the server to say whether this is a demonstration. */
const DEMO_KNOWN_WITHIN_MS = 500;

/** Undefined until known. Decoration only, so the first screen loads no schema for it and goes on without when the server is silent. */
function useIsDemo(): boolean | undefined {
  const [isDemo, setIsDemo] = useState<boolean>();
  useEffect(() => {
    const leaving = new AbortController();
    const waited = setTimeout(() => setIsDemo((known) => known ?? false), DEMO_KNOWN_WITHIN_MS);
    void (async () => {
      try {
        const response = await fetch('/api/configuration', { signal: leaving.signal });
        const body: unknown = response.ok ? await response.json() : undefined;
        setIsDemo(typeof body === 'object' && body !== null && 'specimenStateUrl' in body);
      } catch {
        // The page that needs the configuration says so itself.
        if (!leaving.signal.aborted) setIsDemo(false);
      }
    })();
    return () => {
      clearTimeout(waited);
      leaving.abort();
    };
  }, []);
  return isDemo;
}
