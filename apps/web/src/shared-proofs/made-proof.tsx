import { type ReactElement, useState } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { ArrivingHeading } from '../components/arriving-heading.tsx';
import { QrCode } from '../components/qr-code.tsx';
import { laterTexts } from '../text/later-texts.ts';

/** The link of a new proof, shown this once. For browser tests: `data-proof-link`. */
export function MadeProof({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }): ReactElement {
  const [said, setSaid] = useState('');
  const t = laterTexts.sharedProofs;
  // The fragment of an address is not sent to any server.
  const link = `${window.location.origin}/check#${secret}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid(t.copied);
    } catch {
      setSaid(t.notCopied);
    }
  };
  return (
    <div className="notice notice-good">
      <ArrivingHeading>{t.madeTitle}</ArrivingHeading>
      <p>{t.madeWords}</p>
      <QrCode text={link} label={t.qrLabel} />
      <p>
        <strong>{t.link}</strong>
      </p>
      <p className="key-text" data-proof-link={link}>
        {link}
      </p>
      <output>{said}</output>
      <div className="actions">
        <ActionButton weight="main" onPress={() => void copy()}>
          {t.copy}
        </ActionButton>
        <ActionButton onPress={onDone}>{t.done}</ActionButton>
      </div>
    </div>
  );
}
