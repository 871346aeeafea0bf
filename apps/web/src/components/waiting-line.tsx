import { type ReactElement, useSyncExternalStore } from 'react';
import { longCall } from '../browser/pending-calls.ts';
import { texts } from '../text/texts.ts';

/** Seen and heard while the server keeps the page waiting, whatever was asked. For browser tests: `data-waiting`. */
export function WaitingLine(): ReactElement {
  const isWaiting = useSyncExternalStore(longCall.subscribe, longCall.isWaiting, () => false);
  return (
    <output className="waiting-line" data-waiting={isWaiting}>
      {isWaiting && texts.waiting}
    </output>
  );
}
