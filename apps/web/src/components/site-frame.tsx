import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';
import { Wordmark } from './wordmark.tsx';

/** Head and foot of every page. */
export function SiteFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const isDemo = useIsDemo();
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
      <footer className="site-footer">{texts.footer}</footer>
    </div>
  );
}

/** Decoration only, so the first screen loads no schema for it and shows nothing when the server is silent. */
function useIsDemo(): boolean {
  const [isDemo, setIsDemo] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    void (async () => {
      try {
        const response = await fetch('/api/configuration', { signal: leaving.signal });
        const body: unknown = response.ok ? await response.json() : undefined;
        setIsDemo(typeof body === 'object' && body !== null && 'specimenStateUrl' in body);
      } catch {
        // The page that needs the configuration says so itself.
      }
    })();
    return () => leaving.abort();
  }, []);
  return isDemo;
}
