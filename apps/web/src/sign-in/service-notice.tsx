import type { Interaction } from '@visavis/contract';
import type { ReactElement } from 'react';
import { laterTexts } from '../text/later-texts.ts';

/**
 * Who asks, from which address, and why.
 * @param from words with the address; left out on the screen that came from there itself
 */
export function ServiceNotice({ service, from = laterTexts.signIn.from }: Pick<Interaction, 'service'> & { readonly from?: (origin: string) => string }): ReactElement {
  return (
    <p className="notice">
      <strong>{from(service.origin)}</strong>
      <span>{laterTexts.signIn.purposes(service.purposes)}</span>
      <span>{laterTexts.signIn.checkOrigin}</span>
      {service.registrar === 'developer' && <strong>{laterTexts.signIn.notChecked}</strong>}
    </p>
  );
}
