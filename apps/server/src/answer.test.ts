import { expect, it } from 'vitest';
import { boothFaults } from '@visavis/booth';
import { registryFaults } from '@visavis/registry';
import { signinFaults } from '@visavis/signin';
import { publicFault } from './answer.ts';
import { serverFaults, statusOf } from './faults.ts';

it('every refusal of the rooms the server wires leaves with words and a status, and without detail', () => {
  for (const catalogue of [boothFaults, registryFaults, signinFaults, serverFaults]) {
    for (const [code, entry] of Object.entries(catalogue.entries)) {
      const told = publicFault({ code, stage: entry.stage, retry: entry.retry, detail: { secret: 'kept here' } });
      expect(JSON.stringify(told)).not.toContain('kept here');
      expect(statusOf(told)).toBeGreaterThanOrEqual(400);
    }
  }
  expect(statusOf(boothFaults.fault('BOOTH_NONE_FREE'))).toBe(503);
});
