import type { ReactElement } from 'react';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { texts } from '../text/texts.ts';

/** Each step with the picture that a browser test takes of it, then what to do when something does not work. Needs no JavaScript. */
export function HelpScreen(): ReactElement {
  const t = texts.help;
  return (
    <Screen name="help" title={t.title} lede={t.lede}>
      <ol className="flow">
        {t.flow.map(({ picture, title, words }) => (
          <li key={picture}>
            <h2>{title}</h2>
            <p>{words}</p>
            <img src={`/pictures/${picture}.webp`} alt="" width={640} height={480} loading="lazy" />
          </li>
        ))}
      </ol>
      <section className="sheet">
        <h2>{t.wrongTitle}</h2>
        <dl className="commands">
          {t.wrong.map(({ what, doThis }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{doThis}</dd>
            </div>
          ))}
        </dl>
      </section>
      <p>
        <Link href="/">{texts.notFound.home}</Link>
      </p>
    </Screen>
  );
}
