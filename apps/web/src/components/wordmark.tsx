import type { ReactElement } from 'react';

/** Two halves that face each other. */
export function Wordmark(): ReactElement {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M13.5 3a13 13 0 0 0 0 26Z" fill="currentColor" />
      <path d="M18.5 4.2a12 12 0 0 1 0 23.6Z" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinejoin="round" />
    </svg>
  );
}
