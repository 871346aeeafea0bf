import type { ReactElement } from 'react';
import { Switch } from 'react-aria-components/Switch';

interface SwitchRowProps {
  readonly label: string;
  readonly words: string;
  /** Seen beside the switch as it stands; the switch itself says so to a screen reader. */
  readonly state: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** Something that is on or off from the moment it is pressed. */
export function SwitchRow({ label, words, state, isOn, isDisabled = false, onChange }: SwitchRowProps): ReactElement {
  return (
    <Switch className="check switch" isSelected={isOn} isDisabled={isDisabled} onChange={onChange}>
      <span className="switch-track" aria-hidden="true" />
      <span className="check-words">
        <strong>{label}</strong>
        {words !== '' && <span>{words}</span>}
      </span>
      <span className="switch-state" aria-hidden="true">
        {state}
      </span>
    </Switch>
  );
}
