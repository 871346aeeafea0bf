import type { ReactElement, ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';

interface TextBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly onFocus?: () => void;
  readonly help?: ReactNode;
  /** Shown, and announced, when set. */
  readonly problem?: string | undefined;
  readonly invalid?: boolean;
  readonly code?: boolean;
  readonly numeric?: boolean;
  readonly maxLength: number;
  readonly autoComplete?: string;
}

/** One line of typed text with its label, help and problem. Browsers are told not to remember it, unless it is said what it is. */
export function TextBox({ label, value, onChange, onBlur, onFocus, help, problem, invalid = problem !== undefined, code = false, numeric = false, maxLength, autoComplete = 'off' }: TextBoxProps): ReactElement {
  return (
    <TextField className="field" value={value} onChange={onChange} isInvalid={invalid} validationBehavior="aria" autoComplete={autoComplete} {...(onBlur && { onBlur })} {...(onFocus && { onFocus })}>
      <Label className="field-label">{label}</Label>
      {help !== undefined && (
        <Text slot="description" className="field-help">
          {help}
        </Text>
      )}
      <Input className={code ? 'input input-code' : 'input'} maxLength={maxLength} spellCheck={false} autoCapitalize={code ? 'characters' : 'words'} {...(numeric && { inputMode: 'numeric' as const })} />
      {problem !== undefined && <FieldError className="field-error">{problem}</FieldError>}
    </TextField>
  );
}
