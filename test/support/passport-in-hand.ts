import { createChip, type Passport, type SpecimenState, transmitBatch } from '@visavis/specimen';
import type { PassportInHand } from '../../apps/cli/src/citizen/order-passport.ts';
import type { SystemOptions } from '../../apps/cli/src/system/start-system.ts';

/** A passport of a state that lives in the test, lying on a reader of the test. */
export function passportInHand(passport: Passport): PassportInHand {
  const chip = createChip(passport);
  return {
    access: passport.access,
    documentNumber: passport.documentNumber,
    chip: {
      transmit: ({ batch, commands }) => {
        const { answers, ended } = transmitBatch(chip, commands.map(({ apdu, accept }) => ({ apdu: new Uint8Array(Buffer.from(apdu, 'hex')), accept })));
        return Promise.resolve({ batch, answers: answers.map((answer) => Buffer.from(answer).toString('hex')), ended });
      },
    },
  };
}

/** A test's state as the server is told to trust it. */
export function anchorsOf(state: SpecimenState): NonNullable<SystemOptions['moreAnchors']> {
  const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
  return { cscaCertificates: state.trustAnchors.cscaCertificates.map(base64), crls: state.trustAnchors.crls.map(base64) };
}
