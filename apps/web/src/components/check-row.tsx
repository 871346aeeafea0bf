import type { ReactElement } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';

/** One explicit agreement. Never ticked for the citizen. */
export function CheckRow({ label, words, given, onChange }: { readonly label: string; readonly words: string; readonly given: boolean; readonly onChange: (given: boolean) => void }): ReactElement {
  return (
    <Checkbox className="check" isSelected={given} onChange={onChange}>
      <span className="check-box" aria-hidden="true">
        {given && (
          <svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round">
            <path d="m4 10.5 4.2 4.2L16 6" />
          </svg>
        )}
      </span>
      <span className="check-words">
        <strong>{label}</strong>
        <span>{words}</span>
      </span>
    </Checkbox>
  );
}
