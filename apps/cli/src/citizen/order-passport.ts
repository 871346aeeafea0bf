import { createRemoteChip, type ChipRelay } from '@visavis/client';
import { type AccessKeyMessage, type MintPassportRequest, mintedPassport } from '@visavis/contract';

export interface PassportInHand {
  readonly chip: ChipRelay;
  readonly access: AccessKeyMessage;
  readonly documentNumber: string;
}

interface OrderedPassport extends PassportInHand {
  readonly mrz: readonly string[];
  /** Takes it off the reader: the made-up state plays a hundred chips at once, and each for five minutes at most. */
  putAway(): void;
}

/** Has the made-up state mint a passport, as a citizen of it would, and connects to its chip. */
export async function orderPassport(specimenStateUrl: string, order: MintPassportRequest): Promise<OrderedPassport> {
  const response = await fetch(`${specimenStateUrl}/passports`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });
  if (response.status !== 201) throw new Error(`the made-up state refused a passport: ${response.status} ${await response.text()}`);
  const passport = mintedPassport.parse(await response.json());
  const socket = new WebSocket(`${specimenStateUrl.replace(/^http/, 'ws')}/chips/${passport.chipId}`);
  return { chip: createRemoteChip(socket), access: passport.access, documentNumber: passport.documentNumber, mrz: passport.mrz, putAway: () => socket.close() };
}
