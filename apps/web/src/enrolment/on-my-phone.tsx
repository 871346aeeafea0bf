import { type ReactElement, useState } from 'react';
import { QrCode } from '../components/qr-code.tsx';
import { texts } from '../text/texts.ts';

/** The same door on a device that has what this one lacks. The code is this page's address and nothing else: whoever reads it begins anew. */
export function OnMyPhone(): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const t = texts.onMyPhone;
  const address = window.location.origin + window.location.pathname;
  return (
    <details className="more" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{t.open}</summary>
      <p>{t.words}</p>
      {isOpen && <QrCode text={address} label={t.label} />}
      <p>
        {t.orType} <span className="key-text">{address}</span>
      </p>
    </details>
  );
}
