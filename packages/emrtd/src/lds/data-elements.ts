import { MalformedBytes, toHex } from '@visavis/kernel';
import { readTlvs } from '../tlv/tlv.ts';
import { type MrzName, splitName } from '../mrz/split-name.ts';

/** Data elements of one template: the longest has 14, and states add some of their own. */
const MAX_ELEMENTS = 64;
/** A list of names or other persons. */
const MAX_LISTED = 32;
const LIST = 0xa0;

/**
 * The data elements of EF.DG11, DG12 and each person of DG16, by tag. The list of tags in front (5C) says what is there
 * anyway and is not asked. Text is UTF-8, as the standard wants; where it is not, each byte is a letter, as older
 * documents have it. An element that is empty counts as absent. Methods throw MalformedBytes.
 * @source ICAO 9303-10 §4.7.11
 */
export class DataElements {
  readonly #values = new Map<number, Uint8Array>();

  constructor(template: Uint8Array) {
    for (const { tag, value } of readTlvs(template, MAX_ELEMENTS)) {
      if (this.#values.has(tag)) throw new MalformedBytes(`data element ${tag.toString(16)} twice`, 0);
      this.#values.set(tag, value);
    }
  }

  bytes(tag: number): Uint8Array | undefined {
    const value = this.#values.get(tag);
    return value === undefined || value.length === 0 ? undefined : value;
  }

  text(tag: number): string | undefined {
    const value = this.bytes(tag);
    return value && decodeText(value);
  }

  name(tag: number): MrzName | undefined {
    const text = this.text(tag);
    return text === undefined ? undefined : splitName(text);
  }

  /** Parts divided by fillers, such as an address. */
  parts(tag: number): readonly string[] {
    return (this.text(tag) ?? '').split('<').map((part) => part.trim()).filter((part) => part !== '');
  }

  /** What the elements with this tag say, counted in the list A0 as the standard has it, or alone without one (China). */
  list(tag: number): readonly string[] {
    const list = this.bytes(LIST);
    const listed = list === undefined ? [] : readTlvs(list, MAX_LISTED).filter((object) => object.tag === tag).map(({ value }) => value);
    const alone = this.bytes(tag);
    return [...listed, ...(alone === undefined ? [] : [alone])].filter((value) => value.length > 0).map(decodeText);
  }

  /** YYYYMMDD (`digits` 8) or YYYYMMDDhhmmss (14), in text or, two digits to a byte, in binary (Malaysia, France, Belgium). Unknown parts are zeros or fillers. */
  digits(tag: number, digits: 8 | 14): string | undefined {
    const value = this.bytes(tag);
    if (value === undefined) return undefined;
    const text = value.length === digits / 2 ? toHex(value) : decodeText(value);
    if (text.length !== digits || !/^[0-9<]+$/.test(text)) throw new MalformedBytes('date', 0);
    return text;
  }
}

function decodeText(value: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return new TextDecoder('latin1').decode(value);
  }
}
