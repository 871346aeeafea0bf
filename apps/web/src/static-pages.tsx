import { renderToString } from 'react-dom/server';
import { LoadingScreen } from './components/loading-screen.tsx';
import { SiteFrame } from './components/site-frame.tsx';
import { Site } from './site.tsx';
import { texts } from './text/texts.ts';

export interface StaticPage {
  readonly file: string;
  /** The address that the document is for; the one without is for all others. */
  readonly path?: string;
  /** A piece of the site's code that the page will need, to be fetched beside the first, as is what the server says of itself. */
  readonly ahead?: string;
  readonly title: string;
  readonly html: string;
}

const titled = (title: string): string => `${title} – ${texts.siteName}`;

/** What is read before any of the site's code runs, and by who runs none: both doors, the help, and the frame of every other page. */
export function staticPages(): readonly StaticPage[] {
  const page = (file: string, path: string, title: string): StaticPage => ({ file, path, title, html: renderToString(<Site firstPath={path} />) });
  const frame = renderToString(
    <SiteFrame>
      <LoadingScreen />
    </SiteFrame>,
  );
  return [
    page('index.html', '/', texts.siteName),
    page('counter.html', '/counter', titled(texts.counter.title)),
    page('help.html', '/help', titled(texts.help.title)),
    { file: 'enrol.html', ahead: 'enrolment', title: titled(texts.consent.title), html: frame },
    { file: 'page.html', title: texts.siteName, html: frame },
  ];
}
