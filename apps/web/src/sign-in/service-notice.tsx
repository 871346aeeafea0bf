import type { Interaction } from '@visavis/contract';
import type { ReactElement } from 'react';
import { texts } from '../text/texts.ts';

/** Who asks, from which address, and why. */
export function ServiceNotice({ service }: Pick<Interaction, 'service'>): ReactElement {
  return (
    <p className="notice">
      <strong>{texts.signIn.from(service.origin)}</strong>
      <span>{texts.signIn.purposes(service.purposes)}</span>
      <span>{texts.signIn.checkOrigin}</span>
    </p>
  );
}
