import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';

/**
 * One screen of the site: its main element, its heading, and where keyboard and screen reader start when it appears.
 *
 * For browser tests `data-screen` names the screen: `welcome counter unavailable consent passport chip camera
 * result passkey withdrawn account account-sign-in sign-in sign-in-consent sign-in-done loading broken not-found`.
 */
export function Screen(props: ScreenProps): ReactElement {
  return <FreshScreen key={props.name} {...props} />;
}

interface ScreenProps {
  readonly name: string;
  readonly title: string;
  readonly lede?: string;
  /** The heading is heard, not seen: something bigger is on the screen. */
  readonly isQuiet?: boolean;
  readonly children?: ReactNode;
}

function FreshScreen({ name, title, lede, isQuiet = false, children }: ScreenProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <main id="content" className="screen" data-screen={name}>
      <div className={isQuiet ? 'only-heard' : 'screen-head'}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lede !== undefined && <p className="lede">{lede}</p>}
      </div>
      {children}
    </main>
  );
}
