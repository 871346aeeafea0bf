import { MalformedBytes } from '@visavis/kernel';
import type { MrzName } from '../mrz/split-name.ts';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';
import { DataElements } from './data-elements.ts';

export interface PersonToNotify {
  /** YYYYMMDD */
  readonly dateRecorded: string | undefined;
  readonly name: MrzName | undefined;
  readonly telephone: string | undefined;
  readonly address: readonly string[];
}

/** Templates A1 to AF. */
const MAX_PERSONS = 15;
const FIRST_PERSON = 0xa0;

/**
 * EF.DG16: persons to notify in an emergency.
 * @returns undefined when malformed, or when there are more or fewer than it says
 * @source ICAO 9303-10 §4.7.16
 */
export function parseDg16(file: Uint8Array): readonly PersonToNotify[] | undefined {
  try {
    const [count, ...templates] = readTlvs(readOnlyTlv(file, 0x70), MAX_PERSONS + 1);
    if (count?.tag !== 0x02 || count.value.length !== 1 || count.value[0] !== templates.length) return undefined;
    if (templates.some(({ tag }, i) => tag !== FIRST_PERSON + 1 + i)) return undefined;
    return templates.map(({ value }) => {
      const elements = new DataElements(value);
      return { dateRecorded: elements.digits(0x5f50, 8), name: elements.name(0x5f51), telephone: elements.text(0x5f52), address: elements.parts(0x5f53) };
    });
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}
