import type { ReactElement, ReactNode } from 'react';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';
import { WaitingLine } from './waiting-line.tsx';
import { Wordmark } from './wordmark.tsx';

/** Head and foot of every page. */
export function SiteFrame({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="site">
      <a className="skip" href="#content">
        {texts.skipToContent}
      </a>
      <header>
        {/* Shown by the server's mode.css: a notice that came later would push the page down under the finger. */}
        <div className="demo-notice" role="note">
          {texts.demoNotice}
        </div>
        <div className="site-header">
          <Link href="/" className="wordmark" aria-label={texts.homeLink}>
            <Wordmark />
            {texts.siteName}
          </Link>
          <nav className="site-nav">
            <Link href="/help">{texts.help.link}</Link> <Link href="/account">{texts.accountLink}</Link>
          </nav>
        </div>
      </header>
      <noscript>
        <p className="notice">
          {texts.noScript} <a href="/counter">{texts.result.counter}</a>
        </p>
      </noscript>
      <WaitingLine />
      {children}
      <footer className="site-footer">
        <p>{texts.footer}</p>
        <p>
          <Link href="/proofs">{texts.proofs.link}</Link> <Link href="/transparency">{texts.transparency.link}</Link> <Link href="/services">{texts.registeredServices.link}</Link>
        </p>
      </footer>
    </div>
  );
}
