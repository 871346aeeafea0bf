import type { CaptureAction } from '@visavis/contract';
import type { ReactElement } from 'react';

/** Where the features go when the head moves. */
const MOVES: Partial<Record<CaptureAction | 'done', string>> = { turnLeft: 'head-turn-left', turnRight: 'head-turn-right', lookUp: 'head-look-up', lookDown: 'head-look-down' };

/**
 * A head that shows what to do, mirrored like the preview: the citizen's left is on the left of the screen.
 * Moves unless the citizen prefers no motion; then the end of the movement stands still.
 */
export function PromptPicture({ action }: { readonly action: CaptureAction | 'done' | undefined }): ReactElement {
  const move = action === undefined ? undefined : MOVES[action];
  return (
    <svg viewBox="0 0 96 96" fill="none" stroke="currentColor" strokeWidth="3.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M24 44c0-42 48-42 48 0 0 28-10 44-24 44S24 72 24 44Z" fill="var(--blue-wash)" />
      {action === 'done' ? (
        <path d="m35 50 9 10 18-21" strokeWidth="5" stroke="var(--good)" />
      ) : (
        <g className={move && `head-moves ${move}`}>
          <path d="M48 46v12l-4 2" opacity="0.6" />
          <g className={action === 'blink' ? 'head-eyes-blink' : undefined}>
            <path d="M35 41h6M55 41h6" strokeWidth="5" />
          </g>
          {action === 'smile' && <path className="head-mouth-smile" d="M36 66c6 10 18 10 24 0" />}
          {action === 'openMouth' && <ellipse className="head-mouth-open" cx="48" cy="71" rx="8" ry="9" fill="currentColor" stroke="none" />}
          {action !== 'smile' && action !== 'openMouth' && <path d="M41 71h14" />}
        </g>
      )}
      {action === 'turnLeft' && <path d="M12 33 3 44l9 11" strokeWidth="5" />}
      {action === 'turnRight' && <path d="m84 33 9 11-9 11" strokeWidth="5" />}
      {action === 'lookUp' && <path d="m78 20 9-11 8 11" strokeWidth="5" />}
      {action === 'lookDown' && <path d="m78 72 9 11 8-11" strokeWidth="5" />}
      {action === 'watchScreen' && <path d="M79 30h12v36H79ZM83 60h4" strokeWidth="3" />}
    </svg>
  );
}
