import type { ReactElement } from 'react';
import { usePageTitle } from '../components/use-page-title.ts';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';

/** The two doors, of equal weight. Links only: nothing here needs more than this file. */
export function WelcomeScreen(): ReactElement {
  const t = texts.welcome;
  usePageTitle(texts.siteName);
  return (
    <main id="content" className="screen screen-wide" data-screen="welcome">
      <div className="welcome-head">
        <h1>{t.title}</h1>
        <p className="lede">{t.lede}</p>
      </div>
      <div className="doors">
        <Door door={t.face} href="/enrol" picture={<FaceDoor />} />
        <Door door={t.counter} href="/counter" picture={<CounterDoor />} />
      </div>
      <p>{t.equal}</p>
      <div className="promises">
        {t.promises.map((promise) => (
          <div key={promise.title}>
            <h2>{promise.title}</h2>
            <p>{promise.words}</p>
          </div>
        ))}
      </div>
      <p>
        {t.haveOne} <Link href="/account">{t.openAccount}</Link>
      </p>
    </main>
  );
}

function Door({ door, href, picture }: { readonly door: { readonly title: string; readonly points: readonly string[]; readonly action: string }; readonly href: string; readonly picture: ReactElement }): ReactElement {
  return (
    <section className="door">
      {picture}
      <h2>{door.title}</h2>
      <ul>
        {door.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <Link href={href} className="button button-main">
        {door.action}
      </Link>
    </section>
  );
}

function FaceDoor(): ReactElement {
  return (
    <svg viewBox="0 0 240 128" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <rect x="8" y="22" width="66" height="88" rx="8" />
      <circle cx="41" cy="55" r="15" />
      <path d="M33 92h16M41 84v16" opacity="0.55" />
      <path d="M92 66h34m-9-9 9 9-9 9" opacity="0.55" />
      <ellipse cx="184" cy="66" rx="42" ry="55" strokeDasharray="7 7" opacity="0.55" />
      <path d="M158 58c0-38 52-38 52 0 0 30-12 46-26 46s-26-16-26-46Z" />
      <path d="M173 62v1m22-1v1m-19 20c5 6 12 6 17 0" />
    </svg>
  );
}

function CounterDoor(): ReactElement {
  return (
    <svg viewBox="0 0 240 128" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <circle cx="62" cy="42" r="17" />
      <path d="M32 92c0-20 12-30 30-30s30 10 30 30" />
      <circle cx="178" cy="42" r="17" />
      <path d="M148 92c0-20 12-30 30-30s30 10 30 30" />
      <path d="M8 94h224M20 94v22M220 94v22" />
      <rect x="104" y="64" width="32" height="24" rx="3" opacity="0.55" />
      <path d="M112 76h8m4 0h4" opacity="0.55" />
    </svg>
  );
}
