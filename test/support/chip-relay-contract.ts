import type { ReachedChip } from '@visavis/client';
import type { CardAnswers, CardBatch } from '@visavis/contract';
import { readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { fromHex, toHex } from '@visavis/kernel';
import { createChip, type Passport, type SpecimenState, transmitBatch } from '@visavis/specimen';
import { expect } from 'vitest';
import { openSpecimenTrust } from '../../apps/cli/src/bench/chip/open-specimen-trust.ts';

/** A way to a chip, as the contract is run against it. */
export interface RelayUnderTest {
  /** The passport in the field, anew. */
  reach(passport: Passport): Promise<ReachedChip>;
  /** Sends the batch to what was reached last, and takes the passport away before its second command is answered. */
  loseDuring(batch: CardBatch): Promise<CardAnswers>;
}

const accepted = ['9000'];
const SELECT_APPLICATION = { apdu: '00a4040c07a0000002471001', accept: accepted };
const READ_CARD_ACCESS = { apdu: '00b09c0000', accept: accepted };
const READ_DG1_IN_CLEAR = { apdu: '00b0810000', accept: accepted };
/** The same messages for every implementation. What a chip says to them is the same each time. */
export const MESSAGES = {
  publicFile: [READ_CARD_ACCESS, SELECT_APPLICATION],
  refusedInTheMiddle: [SELECT_APPLICATION, READ_DG1_IN_CLEAR, SELECT_APPLICATION],
  refusedAndGoesOn: [SELECT_APPLICATION, { ...READ_DG1_IN_CLEAR, accept: [] }, SELECT_APPLICATION],
  anyOfAClass: [SELECT_APPLICATION, { ...READ_DG1_IN_CLEAR, accept: ['69', '9000'] }],
} satisfies Readonly<Record<string, CardBatch['commands']>>;

/** What the chip itself answers, asked without any relay in between. */
function straight(passport: Passport, batch: CardBatch): CardAnswers {
  const { answers, ended } = transmitBatch(createChip(passport), batch.commands.map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })));
  return { batch: batch.batch, answers: answers.map(toHex), ended };
}

/** Every way to a chip has to pass each of these. @returns what the chip answered, to be compared between ways */
export const CHIP_RELAY_CONTRACT: Readonly<Record<string, (relay: RelayUnderTest, world: { readonly state: SpecimenState; readonly passport: Passport; readonly nowMs: number }) => Promise<unknown>>> = {
  async 'carries batches in order, and each as far as its chip accepted it'(relay, { passport }) {
    const told: CardAnswers[] = [];
    for (const [batch, commands] of Object.values(MESSAGES).entries()) {
      const chip = await relay.reach(passport);
      const answers = await chip.transmit({ batch, commands });
      expect(answers).toEqual(straight(passport, { batch, commands }));
      told.push(answers);
      chip.close();
    }
    expect(told.map(({ ended, answers }) => [ended, answers.length])).toEqual([['complete', 2], ['statusMismatch', 2], ['complete', 3], ['complete', 2]]);
    return told;
  },
  async 'carries a whole reading that proves the document genuine'(relay, { state, passport, nowMs }) {
    const chip = await relay.reach(passport);
    const terminal = readDocument({ access: passport.access, random: (length) => crypto.getRandomValues(new Uint8Array(length)), optionalDataGroups: [] });
    let step = terminal.next();
    for (let batch = 0; !step.done; batch++) {
      const { answers, ended } = await chip.transmit({ batch, commands: step.value.commands.map(({ apdu, accept }) => ({ apdu: toHex(apdu), accept: [...accept] })) });
      step = terminal.next({ answers: answers.map(fromHex), ended });
    }
    chip.close();
    if (!step.value.ok) throw new Error(step.value.fault.code);
    const { result } = verifyAuthenticity({ reading: step.value.value, trustStore: openSpecimenTrust(state.trustAnchors), atMs: nowMs });
    expect(result.ok && [result.value.chipProof, result.value.document.documentNumber]).toEqual(['chipAuthentication', passport.documentNumber]);
  },
  async 'lets go of it when it is closed, and reaches it anew'(relay, { passport }) {
    const first = await relay.reach(passport);
    first.say('Reading');
    expect((await first.transmit({ batch: 0, commands: MESSAGES.publicFile })).ended).toBe('complete');
    first.close();
    expect((await first.transmit({ batch: 1, commands: MESSAGES.publicFile })).ended).toBe('tagLost');
    const second = await relay.reach(passport);
    expect((await second.transmit({ batch: 0, commands: MESSAGES.publicFile })).ended).toBe('complete');
    second.close();
  },
  async 'tells a document that was taken away in the middle, and it stays away'(relay, { passport }) {
    const chip = await relay.reach(passport);
    const commands = [SELECT_APPLICATION, SELECT_APPLICATION, SELECT_APPLICATION];
    const { batch, answers, ended } = await relay.loseDuring({ batch: 7, commands });
    expect([batch, ended]).toEqual([7, 'tagLost']);
    expect(answers.length).toBeLessThan(commands.length);
    expect(answers.every((answer) => answer === '9000')).toBe(true);
    expect(await chip.transmit({ batch: 8, commands })).toEqual({ batch: 8, answers: [], ended: 'tagLost' });
    chip.close();
  },
};
