import { lookAtProof, newLookId, type SeenProof } from '@visavis/client';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment, texts } from '../text/texts.ts';
import { attributeValue } from './attribute-value.ts';

/**
 * Where whoever got a link looks at the proof. Nothing is asked of the server before they press: a program that opens
 * links for a preview uses nothing up. For browser tests: `data-proof`.
 */
export function CheckPage(): ReactElement {
  const [secret] = useState(() => window.location.hash.slice(1));
  // The same for a second press after a lost answer: it counts once.
  const [lookId] = useState(newLookId);
  const [seen, setSeen] = useState<SeenProof & { readonly at: string }>();
  const [fault, setFault] = useState<PublicFault>();
  const [isBusy, setIsBusy] = useState(false);
  const t = laterTexts.sharedProofs.check;

  const look = async () => {
    setIsBusy(true);
    const looked = await lookAtProof(siteServer, secret, lookId);
    setFault(looked.ok ? undefined : looked.fault);
    if (looked.ok) {
      setSeen({ ...looked.value, at: new Date().toISOString() });
      // Out of the address, where it would be found again in the history.
      window.history.replaceState(null, '', window.location.pathname);
    }
    setIsBusy(false);
  };

  if (secret === '') return <Screen name="check" title={t.noLinkTitle} lede={t.noLink} />;
  if (fault !== undefined)
    return (
      <Screen name="check-refused" title={t.failedTitle}>
        <FaultPanel fault={fault}>
          {fault.retry === 'now' && (
            <ActionButton weight="main" isPending={isBusy} onPress={() => void look()}>
              {t.again}
            </ActionButton>
          )}
          <Link href="/">{texts.notFound.home}</Link>
        </FaultPanel>
      </Screen>
    );
  if (seen === undefined)
    return (
      <Screen name="check" title={t.title} lede={t.lede}>
        <section className="sheet">
          <p>{t.counts}</p>
          <p>{t.address(window.location.host)}</p>
          <div className="actions">
            <ActionButton weight="main" isPending={isBusy} onPress={() => void look()}>
              {t.look}
            </ActionButton>
          </div>
        </section>
      </Screen>
    );
  const { recipient, purpose, attributes, provenAt, expiresAt } = seen.content;
  return (
    <Screen name="check-seen" title={t.goodTitle} lede={t.good(formatMoment(seen.at))}>
      <section className="sheet" data-proof="">
        <h2>{t.whoTitle}</h2>
        <dl className="facts">
          {attributes.map((each) => (
            <Fact key={each.attribute} name={laterTexts.sharedProofs.attributes[each.attribute]} value={attributeValue(each)} />
          ))}
        </dl>
        <p>{t.who(texts.siteName)}</p>
        <dl className="facts">
          <Fact name={t.madeFor} value={recipient} />
          <Fact name={t.purpose} value={purpose} />
          <Fact name={t.provenAt} value={formatMoment(provenAt)} />
          <Fact name={t.expiresAt} value={formatMoment(expiresAt)} />
          <Fact name={t.left} value={seen.viewsLeft === 0 ? t.leftNone : String(seen.viewsLeft)} />
        </dl>
      </section>
      <section className="notice notice-care">
        <h2>{t.notYouTitle}</h2>
        <Points points={t.notYou} />
        <p>{t.address(window.location.host)}</p>
      </section>
    </Screen>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
