import { expect, it } from 'vitest';
import { createListedDocumentRegister } from './document-register.ts';

const UTO = (documentNumber: string) => ({ issuingState: 'UTO', documentNumber });

it('says what the list says, lost or stolen where it says no more, and a death whatever else it says', async () => {
  const register = createListedDocumentRegister([UTO('A'), { ...UTO('B'), status: 'holderDeceased' }, UTO('B'), UTO('C'), { ...UTO('C'), status: 'holderDeceased' }]);
  const status = (documentNumber: string, issuingState = 'UTO') => register.status({ issuingState, documentNumber });
  expect(await Promise.all([status('A'), status('B'), status('C'), status('D'), status('A', 'UTA')])).toEqual(['lostOrStolen', 'holderDeceased', 'holderDeceased', 'notReported', 'notReported']);
  const dead: string[] = [];
  for await (const { documentNumber } of register.deceasedHolders()) dead.push(documentNumber);
  expect(dead).toEqual(['B', 'C']);
});
