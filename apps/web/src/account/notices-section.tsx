import { dismissNotice, fetchNotices } from '@visavis/client';
import type { Notices } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useEffect, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

/** What happened to the identity, until it is put away; nothing to see where nothing happened. */
export function NoticesSection(): ReactElement {
  const [shown, setShown] = useState<Notices>([]);
  const [fault, setFault] = useState<PublicFault>();
  const [said, setSaid] = useState('');
  const t = laterTexts.notices;

  useEffect(() => {
    void (async () => {
      const fetched = await fetchNotices(siteServer);
      if (!fetched.ok) return setFault(fetched.fault);
      setShown(fetched.value);
      if (fetched.value.length > 0) setSaid(laterTexts.notices.count(fetched.value.length));
    })();
  }, []);

  const putAway = async (noticeId: string) => {
    const dismissed = await dismissNotice(siteServer, noticeId);
    if (!dismissed.ok) return setFault(dismissed.fault);
    setFault(undefined);
    setShown((before) => before.filter((notice) => notice.noticeId !== noticeId));
    setSaid(t.putAway);
  };

  return (
    <>
      <output className="only-heard">{said}</output>
      {(shown.length > 0 || fault !== undefined) && (
        <section className="sheet" aria-labelledby="account-notices">
          <h2 id="account-notices">{t.title}</h2>
          {fault !== undefined && <FaultPanel fault={fault} />}
          <ul className="rows">
            {shown.map(({ noticeId, kind, at }) => (
              <li key={noticeId} data-notice={kind}>
                <span>
                  <strong>{t.kinds[kind]}</strong>
                  <small>{formatMoment(at)}</small>
                </span>
                <ActionButton aria-label={t.putAwayLabel(t.kinds[kind])} onPress={() => void putAway(noticeId)}>
                  {t.putAwayButton}
                </ActionButton>
              </li>
            ))}
          </ul>
          <p className="field-help">{t.notYou}</p>
        </section>
      )}
    </>
  );
}
