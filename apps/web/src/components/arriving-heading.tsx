import { type ReactElement, useEffect, useRef } from 'react';

/** The heading of something that takes the place of the button that was pressed: keyboard and screen reader go on here. */
export function ArrivingHeading({ children }: { readonly children: string }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h3 ref={heading} tabIndex={-1}>
      {children}
    </h3>
  );
}
