import type { ProofContent } from '@visavis/contract';
import { claimValue } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';

/** An attribute as people read it. */
export function attributeValue({ attribute, value }: ProofContent['attributes'][number]): string {
  const { [value]: sex }: Readonly<Record<string, string>> = laterTexts.account.sexes;
  return attribute === 'gender' && sex !== undefined ? sex : claimValue(attribute, value);
}
