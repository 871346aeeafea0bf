import type { ReactElement } from 'react';
import { Button, type ButtonProps } from 'react-aria-components/Button';

type Weight = 'main' | 'second' | 'quiet';

const CLASS_OF: Readonly<Record<Weight, string>> = { main: 'button button-main', second: 'button', quiet: 'button button-quiet' };

/** The site's button. One `main` per screen at most. */
export function ActionButton({ weight = 'second', ...rest }: Omit<ButtonProps, 'className'> & { readonly weight?: Weight }): ReactElement {
  return <Button {...rest} className={CLASS_OF[weight]} />;
}
