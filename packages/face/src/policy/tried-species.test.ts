import { ATTACK_SPECIES } from '@visavis/specimen';
import { expect, it } from 'vitest';
import { TRIED_SPECIES } from './tried-species.ts';

it('a policy has to have been tried with every species of the catalogue', () => {
  expect(TRIED_SPECIES).toEqual(ATTACK_SPECIES.map(({ name }) => name));
});
