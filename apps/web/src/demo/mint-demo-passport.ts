import { faultBody, type MintPassportRequest, mintedPassport } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { webFault } from '../faults.ts';
import { type PassportFields, toTypedDate } from '../passport/passport-fields.ts';

/** Passports are valid ten years; a little less, so that a leap day never makes it too long. */
const VALIDITY_YEARS = 9;

export interface DemoHolder {
  readonly photo: Blob;
  readonly familyName: string;
  readonly givenNames: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  readonly sex: MintPassportRequest['sex'];
}

/**
 * Has the made-up state issue a passport with this picture.
 * @param specimenStateUrl from the server's configuration; present in the demo only
 * @param today `YYYY-MM-DD`
 * @returns the chip to reach, and the printed details as the citizen would type them
 * @faults SPECIMEN_STATE_UNREACHABLE, or the made-up state's own
 */
export async function mintDemoPassport(specimenStateUrl: string, holder: DemoHolder, today: string): Promise<Result<{ chipId: string; fields: PassportFields }, PublicFault>> {
  const dateOfExpiry = `${Number(today.slice(0, 4)) + VALIDITY_YEARS}-${today.slice(5, 7)}-01`;
  const { photo, ...person } = holder;
  const body: MintPassportRequest = { ...person, dateOfExpiry, portrait: await toBase64(photo) };
  let answer: unknown;
  try {
    const response = await fetch(`${specimenStateUrl.replace(/\/$/, '')}/passports`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    answer = await response.json();
  } catch {
    return err(webFault('SPECIMEN_STATE_UNREACHABLE'));
  }
  const refused = faultBody.safeParse(answer);
  if (refused.success) return err(refused.data.fault);
  const minted = mintedPassport.safeParse(answer);
  if (!minted.success) return err(webFault('SPECIMEN_STATE_UNREACHABLE'));
  const { chipId, documentNumber } = minted.data;
  return ok({ chipId, fields: { documentNumber, dateOfBirth: toTypedDate(holder.dateOfBirth), dateOfExpiry: toTypedDate(dateOfExpiry) } });
}

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
