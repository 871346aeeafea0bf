import { type ChallengeProfile, challengeProfile } from '@visavis/contract';
import { type ReactElement, useId } from 'react';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';

/** For whom some movement or the light is too much: out of the way of everybody else, and one press away. */
export function MovementsChoice({ profile, onProfile }: { readonly profile: ChallengeProfile; readonly onProfile: (profile: ChallengeProfile) => void }): ReactElement {
  const t = laterTexts.camera.movements;
  const name = useId();
  return (
    <details className="more movements">
      <summary>{t.open}</summary>
      <fieldset className="field choice">
        <legend>{t.question}</legend>
        {challengeProfile.options.map((offered) => (
          <label key={offered} className="check" {...(offered === profile && { 'data-selected': true })}>
            <input className="choice-dot" type="radio" name={name} value={offered} checked={offered === profile} onChange={() => onProfile(offered)} />
            <span className="check-words">
              <strong>{t.profiles[offered].title}</strong>
              <span>{t.profiles[offered].words}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p>{t.turnAdvice}</p>
      <p className="field-help">{t.kept}</p>
      <p>
        {t.orElse} <Link href="/counter">{texts.result.counter}</Link>
      </p>
    </details>
  );
}
