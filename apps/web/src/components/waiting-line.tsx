import { type ReactElement, useSyncExternalStore } from 'react';
import { isLongCall, watchLongCalls } from '../browser/pending-calls.ts';
import { texts } from '../text/texts.ts';

/** Seen and heard while the server keeps the page waiting, whatever was asked. For browser tests: `data-waiting`. */
export function WaitingLine(): ReactElement {
  const isWaiting = useSyncExternalStore(watchLongCalls, isLongCall, () => false);
  return (
    <output className="waiting-line" data-waiting={isWaiting}>
      {isWaiting && texts.waiting}
    </output>
  );
}
