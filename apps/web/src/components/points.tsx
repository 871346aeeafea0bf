import type { ReactElement } from 'react';

export function Points({ points }: { readonly points: readonly string[] }): ReactElement {
  return (
    <ul className="points">
      {points.map((point) => (
        <li key={point}>{point}</li>
      ))}
    </ul>
  );
}
