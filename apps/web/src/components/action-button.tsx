import type { ReactElement, ReactNode } from 'react';
import { Button, type ButtonProps } from 'react-aria-components/Button';

type Weight = 'main' | 'second' | 'quiet';

const CLASS_OF: Readonly<Record<Weight, string>> = { main: 'button button-main', second: 'button', quiet: 'button button-quiet' };

interface ActionButtonProps extends Omit<ButtonProps, 'className' | 'isPending' | 'children'> {
  readonly weight?: Weight;
  /** What it asked for is being done: it keeps the keyboard's place, says its new words aloud, and does nothing when pressed again. */
  readonly isPending?: boolean;
  readonly children: ReactNode;
}

/** The site's button. One `main` per screen at most. */
export function ActionButton({ weight = 'second', isPending = false, onPress, type = 'button', children, ...rest }: ActionButtonProps): ReactElement {
  return (
    <>
      {/* React Aria's own pending state announces a progress bar by an id that is gone when it is read. */}
      <Button {...rest} {...(onPress !== undefined && !isPending && { onPress })} type={isPending ? 'button' : type} className={CLASS_OF[weight]}>
        {children}
      </Button>
      <output className="only-heard">{isPending && children}</output>
    </>
  );
}
