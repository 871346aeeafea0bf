import type { ReactElement } from 'react';
import { texts } from '../text/texts.ts';
import type { PassportFieldName } from './passport-fields.ts';

/** The picture page of nobody's passport, with the three details marked; the one being typed stands out. */
export function PassportPicture({ now }: { readonly now: PassportFieldName | undefined }): ReactElement {
  const t = texts.passport;
  const isNow = (field: PassportFieldName) => ({ 'data-now': now === field });
  return (
    <figure className="passport-figure">
      <svg className="passport-picture" viewBox="0 0 420 296" aria-hidden="true" fontFamily="inherit">
        <rect x="2" y="2" width="416" height="292" rx="14" fill="var(--sheet)" stroke="var(--line-strong)" strokeWidth="2" />
        <path d="M2 224h416" stroke="var(--line)" strokeWidth="2" />
        <text x="22" y="32" fontSize="12" letterSpacing="3" fill="var(--ink-soft)">
          PASSPORT
        </text>
        <g fill="none" stroke="var(--line-strong)" strokeWidth="2.5">
          <rect x="22" y="48" width="112" height="152" rx="6" fill="var(--blue-wash)" stroke="none" />
          <path d="M50 108c0-52 56-52 56 0 0 24-12 38-28 38s-28-14-28-38Z" />
          <path d="M26 198c4-28 24-38 52-38s48 10 52 38" />
        </g>
        <g {...isNow('documentNumber')}>
          <rect className="mark" x="262" y="14" width="138" height="46" rx="6" />
          <text x="272" y="30" fontSize="11" fill="var(--ink-soft)">
            {t.documentNumber}
          </text>
          <text x="272" y="51" fontSize="17" fontFamily="var(--mono)" fill="var(--ink)">
            X1234567
          </text>
        </g>
        <g fill="var(--line)">
          <rect x="156" y="70" width="120" height="9" rx="4" />
          <rect x="156" y="88" width="170" height="9" rx="4" />
        </g>
        <g {...isNow('dateOfBirth')}>
          <rect className="mark" x="148" y="108" width="150" height="46" rx="6" />
          <text x="158" y="124" fontSize="11" fill="var(--ink-soft)">
            {t.dateOfBirth}
          </text>
          <text x="158" y="145" fontSize="16" fontFamily="var(--mono)" fill="var(--ink)">
            27 MAR 1985
          </text>
        </g>
        <g {...isNow('dateOfExpiry')}>
          <rect className="mark" x="148" y="164" width="150" height="46" rx="6" />
          <text x="158" y="180" fontSize="11" fill="var(--ink-soft)">
            {t.dateOfExpiry}
          </text>
          <text x="158" y="201" fontSize="16" fontFamily="var(--mono)" fill="var(--ink)">
            01 JUN 2031
          </text>
        </g>
        <g fontSize="13.5" fontFamily="var(--mono)" fill="var(--ink-soft)">
          <text x="22" y="252" textLength="376" lengthAdjust="spacingAndGlyphs">
            {'P<UTOSPECIMEN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'}
          </text>
          <text x="22" y="276" textLength="376" lengthAdjust="spacingAndGlyphs">
            {'X1234567<4UTO8503279F3106014<<<<<<<<<<<<<<06'}
          </text>
        </g>
      </svg>
      <figcaption className="only-heard">{t.pictureTitle}</figcaption>
    </figure>
  );
}
