import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { usePageTitle } from './use-page-title.ts';

/**
 * One screen of the site: its main element, its heading, and where keyboard and screen reader start when it appears
 * or takes another heading.
 *
 * For browser tests `data-screen` names the screen: `welcome counter unavailable consent passport chip camera
 * result passkey queue renewal withdrawn account account-sign-in erased add-device
 * check check-seen check-refused
 * add-device-passkey add-device-compare add-device-added add-device-joined proofs sign-in sign-in-consent sign-in-done sign-in-phone phone
 * phone-confirm phone-end help loading
 * broken not-found`.
 */
export function Screen(props: ScreenProps): ReactElement {
  return <FreshScreen key={`${props.name}: ${props.title}`} {...props} />;
}

interface ScreenProps {
  readonly name: string;
  readonly title: string;
  readonly lede?: string;
  /** The heading is heard, not seen: something bigger is on the screen and needs all of a small one. */
  readonly isQuiet?: boolean;
  readonly children?: ReactNode;
}

function FreshScreen({ name, title, lede, isQuiet = false, children }: ScreenProps): ReactElement {
  const main = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  // The button that was pressed is often gone by now; without this, so would be the place of keyboard and screen reader.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (isQuiet) main.current?.scrollIntoView();
    else window.scrollTo(0, 0);
  }, [isQuiet]);
  return (
    <main ref={main} id="content" className="screen" data-screen={name}>
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
