import type { LockState } from '@visavis/contract';
import type { ReactElement } from 'react';
import { serverNowMs } from '../browser/server-clock.ts';
import { ActionButton } from '../components/action-button.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

const HOUR_MS = 3_600_000;

interface LockChoiceProps {
  /** What is locked, for who hears one button alone. */
  readonly name: string;
  readonly lock: LockState | undefined;
  readonly isBusy: boolean;
  /** @param until left out: until it is lifted */
  readonly onLock: (until?: string) => void;
  readonly onUnlock: () => void;
}

/** For how long something is locked, or the end of its lock. */
export function LockChoice({ name, lock, isBusy, onLock, onUnlock }: LockChoiceProps): ReactElement {
  const t = laterTexts.devices;
  if (lock !== undefined)
    return (
      <ActionButton aria-label={t.unlockNamed(name)} isDisabled={isBusy} onPress={onUnlock}>
        {t.unlock}
      </ActionButton>
    );
  return (
    <div className="actions">
      {t.lockFor.map(({ words, hours }) => (
        <ActionButton key={words} aria-label={t.lockNamed(words, name)} isDisabled={isBusy} onPress={() => onLock(new Date(serverNowMs() + hours * HOUR_MS).toISOString())}>
          {words}
        </ActionButton>
      ))}
      <ActionButton aria-label={t.lockNamed(t.lockUntilUnlocked, name)} isDisabled={isBusy} onPress={() => onLock()}>
        {t.lockUntilUnlocked}
      </ActionButton>
    </div>
  );
}

export const lockWords = ({ until }: LockState): string => (until === undefined ? laterTexts.devices.locked : laterTexts.devices.lockedUntil(formatMoment(until)));
