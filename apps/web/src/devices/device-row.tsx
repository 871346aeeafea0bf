import type { DeviceOverview } from '@visavis/contract';
import { type ReactElement, useState } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { TextBox } from '../components/text-box.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate } from '../text/texts.ts';
import { LockChoice, lockWords } from './lock-choice.tsx';

const MAX_NAME_LENGTH = 40;

interface DeviceRowProps {
  readonly device: DeviceOverview['devices'][number];
  /** By which it is known while it has no name. */
  readonly place: number;
  readonly isOnly: boolean;
  readonly isBusy: boolean;
  readonly onName: (name: string) => void;
  readonly onLock: (until?: string) => void;
  readonly onUnlock: () => void;
  readonly onRemove: () => void;
}

/** One device, and what can be done with it. For browser tests: `data-device`. */
export function DeviceRow({ device, place, isOnly, isBusy, onName, onLock, onUnlock, onRemove }: DeviceRowProps): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const [typed, setTyped] = useState(device.name ?? '');
  const t = laterTexts.devices;
  const name = device.name ?? t.unnamed(place);
  return (
    <li data-device={name}>
      <span>
        <strong>{name}</strong>
        <small>
          {t.added(formatDate(device.addedAt))} · {device.lastUsedOn === undefined ? t.notUsed : t.lastUsed(formatDate(device.lastUsedOn))}
        </small>
        {device.isInUse && <small>{t.inUse}</small>}
        {device.lock !== undefined && (
          <small>
            <strong>{lockWords(device.lock)}</strong>
          </small>
        )}
      </span>
      <ActionButton aria-label={t.changeNamed(name)} aria-expanded={isOpen} onPress={() => setIsOpen(!isOpen)}>
        {t.change}
      </ActionButton>
      {isOpen && (
        <div className="row-panel">
          <form
            className="sub-form"
            onSubmit={(event) => {
              event.preventDefault();
              onName(typed.trim().normalize('NFC'));
            }}
          >
            <TextBox label={t.name} help={t.nameHelp} value={typed} onChange={setTyped} maxLength={MAX_NAME_LENGTH} />
            <div className="actions">
              <ActionButton type="submit" isDisabled={isBusy || typed.trim() === ''}>
                {t.saveName}
              </ActionButton>
            </div>
          </form>
          {isOnly ? (
            <p className="field-help">{t.only}</p>
          ) : (
            <>
              <h3>{device.lock === undefined ? t.lockTitle : t.unlockTitle}</h3>
              <p className="field-help">{t.lockWords}</p>
              <LockChoice name={name} lock={device.lock} isBusy={isBusy} onLock={onLock} onUnlock={onUnlock} />
              <h3>{t.removeTitle}</h3>
              <p className="field-help">{t.removeWords}</p>
              <div className="actions">
                {isRemoving ? (
                  <>
                    <ActionButton isDisabled={isBusy} onPress={onRemove}>
                      {t.removeNow}
                    </ActionButton>
                    <ActionButton weight="quiet" isDisabled={isBusy} onPress={() => setIsRemoving(false)}>
                      {t.keep}
                    </ActionButton>
                  </>
                ) : (
                  <ActionButton aria-label={t.removeNamed(name)} isDisabled={isBusy} onPress={() => setIsRemoving(true)}>
                    {t.remove}
                  </ActionButton>
                )}
              </div>
            </>
          )}
        </div>
      )}
    </li>
  );
}
