import type { ChallengeProfile } from '@visavis/contract';
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import type { EnrolmentState } from '../enrolment/enrolment-state.ts';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { CameraPreview } from './camera-preview.tsx';
import { MovementsChoice } from './movements-choice.tsx';
import { PromptPicture } from './prompt-picture.tsx';

interface CameraScreenProps {
  readonly capture: EnrolmentState['capture'];
  readonly stream: MediaStream | undefined;
  readonly fault: EnrolmentState['fault'];
  readonly triesLeft: number | undefined;
  readonly isStarting: boolean;
  readonly profile: ChallengeProfile;
  readonly onProfile: (profile: ChallengeProfile) => void;
  readonly onStartCamera: () => void;
  readonly onReady: () => void;
  readonly onStopLight: () => void;
  readonly onRetry: () => void;
  readonly onWithdraw: () => void;
  readonly children?: ReactNode;
}

/**
 * The face check, coached. For browser tests: while the script runs, one element carries `data-prompt`
 * (`lookAhead turnLeft turnRight lookUp lookDown smile blink openMouth watchScreen`), `data-prompt-index` (from 0) and
 * `data-prompt-seen` (whether the citizen is told to look ahead again);
 * while the screen shines, `data-screen-light` is on the element that fills it;
 * once the camera runs `data-capture-phase` says `framing prompting judging`.
 */
export function CameraScreen({ capture, stream, fault, triesLeft, isStarting, profile, onProfile, onStartCamera, onReady, onStopLight, onRetry, onWithdraw, children }: CameraScreenProps): ReactElement {
  const t = laterTexts.camera;
  const isAsking = capture.phase === 'asking';
  return (
    <Screen name="camera" title={isAsking || fault !== undefined ? t.title : t.runTitle} isQuiet={!isAsking && fault === undefined} {...(isAsking && fault === undefined && { lede: t.readyLede })}>
      <StepList now="camera" />
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          {fault.retry !== 'agent' && (
            <ActionButton weight="main" onPress={onRetry} isPending={isStarting}>
              {texts.tryAgain}
            </ActionButton>
          )}
          <Link href="/counter">{texts.result.counter}</Link>
          {triesLeft !== undefined && triesLeft > 0 && <p>{t.again(triesLeft)}</p>}
        </FaultPanel>
      )}
      {isAsking && fault === undefined && (
        <section className="sheet">
          <Points points={profile === 'withoutLight' ? t.readyPoints : [...t.readyPoints, t.lightPoint]} />
          <div className="notice">
            <h2>{t.askTitle}</h2>
            <p>{t.askWords}</p>
          </div>
          <div className="actions">
            <ActionButton weight="main" onPress={onStartCamera} isPending={isStarting}>
              {isStarting ? t.starting : t.start}
            </ActionButton>
          </div>
        </section>
      )}
      {(isAsking || fault !== undefined) && <MovementsChoice profile={profile} onProfile={onProfile} />}
      {!isAsking && fault === undefined && <Coach capture={capture} stream={stream} onReady={onReady} onStopLight={onStopLight} />}
      <div className="actions">
        <ActionButton weight="quiet" onPress={onWithdraw}>
          {texts.withdraw}
        </ActionButton>
      </div>
      {children}
    </Screen>
  );
}

interface CoachProps {
  readonly capture: EnrolmentState['capture'];
  readonly stream: MediaStream | undefined;
  readonly onReady: () => void;
  readonly onStopLight: () => void;
}

function Coach({ capture, stream, onReady, onStopLight }: CoachProps): ReactElement {
  const t = laterTexts.camera;
  const { phase, prompt, seen, hint, light } = capture;
  // Between two prompts the head comes back to rest.
  const isSeen = prompt !== undefined && seen > prompt.index && prompt.index > 0;
  const words = phase === 'framing' ? t.position : phase === 'judging' ? t.judging : prompt === undefined ? t.waiting : isSeen ? t.seen : t.prompts[prompt.action];
  const picture = phase === 'judging' ? 'done' : prompt === undefined || isSeen ? 'lookAhead' : prompt.action;
  const hintWords = phase === 'judging' ? t.judgingHint : hint === undefined ? undefined : t.hints[hint];
  const tone = phase === 'judging' ? 'calm' : hint === 'ok' ? 'good' : 'care';
  return (
    <section className="coach" data-capture-phase={phase}>
      {light !== undefined && <div className="screen-light" data-screen-light style={{ backgroundColor: `rgb(${light.join(' ')})` }} />}
      <div className="coach-prompt" {...(phase === 'prompting' && prompt !== undefined && { 'data-prompt': prompt.action, 'data-prompt-index': prompt.index, 'data-prompt-seen': isSeen })}>
        <PromptPicture action={picture} />
        <p className="coach-words" role="alert">
          {words}
        </p>
        {light !== undefined && (
          <ActionButton weight="quiet" onPress={onStopLight}>
            {t.stopLight}
          </ActionButton>
        )}
      </div>
      <Countdown key={prompt?.index} timeoutMs={prompt?.timeoutMs} isStopped={isSeen || phase !== 'prompting'} />
      <div className="coach-stage">
        {phase !== 'judging' && <CameraPreview stream={stream} />}
        <Ring share={phase === 'judging' ? 1 : prompt === undefined ? 0 : seen / prompt.count} />
        <output className="coach-hint" data-tone={tone}>
          {hintWords}
        </output>
      </div>
      {phase === 'framing' && (
        <ActionButton weight="main" onPress={onReady}>
          {t.ready}
        </ActionButton>
      )}
      {prompt !== undefined && phase === 'prompting' && <p>{t.progress(prompt.index + 1, prompt.count)}</p>}
    </section>
  );
}

/** The ring's length in its own units, whatever its size on the screen. */
const RING_LENGTH = 100;
/** An ellipse from the top, clockwise. */
const RING_PATH = 'M150 10a142 190 0 0 1 0 380a142 190 0 0 1 0-380';

function Ring({ share }: { readonly share: number }): ReactElement {
  return (
    <svg viewBox="0 0 300 400" aria-hidden="true">
      <path className="ring-back" d={RING_PATH} />
      {share > 0 && <path className="ring-done" d={RING_PATH} pathLength={RING_LENGTH} strokeDasharray={RING_LENGTH} strokeDashoffset={RING_LENGTH * (1 - Math.min(1, share))} />}
    </svg>
  );
}

/** Shrinks over the prompt's time; for the eye only, since a missed prompt is told in words. Empty when no time runs. */
function Countdown({ timeoutMs, isStopped }: { readonly timeoutMs: number | undefined; readonly isStopped: boolean }): ReactElement {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (timeoutMs === undefined || isStopped) return undefined;
    const animation = bar.current?.animate([{ transform: 'scaleX(1)' }, { transform: 'scaleX(0)' }], { duration: timeoutMs, fill: 'forwards' });
    return () => animation?.cancel();
  }, [timeoutMs, isStopped]);
  return (
    <div className="coach-time" aria-hidden="true">
      {timeoutMs !== undefined && !isStopped && <div ref={bar} />}
    </div>
  );
}
