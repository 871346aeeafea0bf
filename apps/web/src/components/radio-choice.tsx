import { type ReactElement, useId } from 'react';

interface RadioChoiceProps<Value extends string | number> {
  readonly legend: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few. */
export function RadioChoice<Value extends string | number>({ legend, options, chosen, onChoose }: RadioChoiceProps<Value>): ReactElement {
  const name = useId();
  return (
    <fieldset className="field choice">
      <legend>{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value} className="check" {...(value === chosen && { 'data-selected': true })}>
          <input className="choice-dot" type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
          <span className="check-words">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
