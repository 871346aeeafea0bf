import type { DeviceOverview } from '@visavis/contract';
import type { ReactElement } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { QrCode } from '../components/qr-code.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatTime } from '../text/texts.ts';

interface DeviceTicketProps {
  readonly ticket: NonNullable<DeviceOverview['ticket']>;
  /** Undefined after the page was loaded again: it is told once. */
  readonly code: string | undefined;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onStop: () => void;
}

/** A device on its way in, as the known device sees it. For browser tests: `data-ticket`, `data-code`, `data-number`. */
export function DeviceTicket({ ticket, code, isBusy, onConfirm, onStop }: DeviceTicketProps): ReactElement {
  const t = laterTexts.devices;
  return (
    <div className="notice" data-ticket={ticket.state}>
      <h3>{t.addTitle}</h3>
      {ticket.state === 'waiting' && code !== undefined && (
        <>
          <p>{t.scan}</p>
          {/* The fragment of an address is not sent to any server. */}
          <QrCode text={`${window.location.origin}/add-device#${code}`} label={t.qrLabel} />
          <p>{t.orType(`${window.location.host}/add-device`)}</p>
          <p className="recovery-code" data-code={code}>
            {code.match(/.{4}/g)?.map((group, i) => <span key={`${i + 1} ${group}`}>{group}</span>)}
          </p>
          <p className="field-help">{t.codeNote(formatTime(ticket.expiresAt))}</p>
        </>
      )}
      {ticket.state === 'waiting' && code === undefined && <p>{t.codeGone}</p>}
      <output>{ticket.state === 'opened' ? t.opened : ticket.state === 'made' ? t.compare : ''}</output>
      {ticket.state === 'made' && (
        <p className="compare-number" data-number={ticket.number}>
          {ticket.number}
        </p>
      )}
      <div className="actions">
        {ticket.state === 'made' && (
          <ActionButton weight="main" isPending={isBusy} onPress={onConfirm}>
            {t.sameNumber}
          </ActionButton>
        )}
        <ActionButton isDisabled={isBusy} onPress={onStop}>
          {ticket.state === 'made' ? t.otherNumber : t.stop}
        </ActionButton>
      </div>
    </div>
  );
}
