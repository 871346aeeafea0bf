import { type FocusEvent, type ReactElement, type ReactNode, useId } from 'react';
import { TextBox } from '../components/text-box.tsx';
import { texts } from '../text/texts.ts';
import type { TypedDate } from './passport-fields.ts';

interface DateBoxesProps {
  readonly label: string;
  readonly help: string;
  readonly value: TypedDate;
  readonly onChange: (value: TypedDate) => void;
  readonly onDone?: () => void;
  readonly onFocus?: () => void;
  readonly problem?: string | undefined;
  readonly confirmation?: ReactNode;
}

/** A date in three plain boxes: easier to copy from a document than any picker. For tests: a group with the label's name; boxes Day, Month, Year. */
export function DateBoxes({ label, help, value, onChange, onDone, onFocus, problem, confirmation }: DateBoxesProps): ReactElement {
  const id = useId();
  const leave = (event: FocusEvent<HTMLFieldSetElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget)) onDone?.();
  };
  const part = (name: keyof TypedDate, maxLength: number, numeric: boolean) => (
    <TextBox label={texts.passport[name]} value={value[name]} onChange={(typed) => onChange({ ...value, [name]: typed })} invalid={problem !== undefined} numeric={numeric} maxLength={maxLength} />
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- focus bubbles up from the boxes; the group itself takes none
    <fieldset className="field" aria-describedby={`${id}-help ${id}-problem`} onBlur={leave} onFocus={onFocus}>
      <legend>{label}</legend>
      <span id={`${id}-help`} className="field-help">
        {help}
      </span>
      <div className="date-parts">
        {part('day', 2, true)}
        {/* Letters too: passports print AUG or AOÛ/AUG. */}
        {part('month', 9, false)}
        {part('year', 4, true)}
      </div>
      <span id={`${id}-problem`} className="field-error" aria-live="polite">
        {problem}
      </span>
      {confirmation}
    </fieldset>
  );
}
