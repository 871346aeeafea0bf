import type { ReactElement } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { texts } from '../text/texts.ts';
import type { QueuePlace } from './enrolment-state.ts';

/** A place and an honest estimate; said anew only when one of them changes. For browser tests: `data-queue-place`. */
export function QueueScreen({ queue, onLeave }: { readonly queue: QueuePlace; readonly onLeave: () => void }): ReactElement {
  const t = texts.queue;
  const isForCamera = queue.waitsFor === 'camera';
  return (
    <Screen name="queue" title={isForCamera ? t.cameraTitle : t.title}>
      <StepList now={isForCamera ? 'camera' : 'chip'} />
      <section className="sheet" data-queue-place={queue.place}>
        <output aria-live="polite">
          <strong>{t.place(queue.place)}</strong> <span>{t.estimate(Math.ceil(queue.estimateMs / 60_000))}</span>
        </output>
        <p>{isForCamera ? t.keepOpenCamera : t.keepOpen}</p>
        <div className="actions">
          <ActionButton onPress={onLeave}>{t.leave}</ActionButton>
        </div>
      </section>
    </Screen>
  );
}
