import { useEffect } from 'react';
import { texts } from '../text/texts.ts';

/** Names the tab, so that it is found among others and its name is heard when it opens. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === texts.siteName ? title : `${title} – ${texts.siteName}`;
  }, [title]);
}
