import type { ReactElement } from 'react';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';

export function NotFoundScreen(): ReactElement {
  return (
    <Screen name="not-found" title={texts.notFound.title} lede={texts.notFound.lede}>
      <p>
        <Link href="/">{texts.notFound.home}</Link>
      </p>
    </Screen>
  );
}
