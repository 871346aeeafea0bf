import type { Bytes } from '@visavis/kernel';

/** What of an LDIF export (ICAO PKD) concerns trust. */
export interface LdifContents {
  /** CMS. */
  readonly masterLists: readonly Bytes[];
  /** DER. */
  readonly crls: readonly Bytes[];
}

/** Attribute names in lower case, without options such as `;binary`. */
const MASTER_LIST = new Set(['pkdmasterlistcontent', 'cscamasterlistdata']);
const CRL = new Set(['certificaterevocationlist', 'authorityrevocationlist']);
/** The PKD's whole export has some 30 000 entries of a few lines each once unfolded. */
const MAX_VALUES = 10_000;

/**
 * Reads base64 values of an LDIF file. Reads nothing into names and entries: what a value is worth, its signature says.
 * @param text from anybody
 * @returns undefined when a value that concerns trust is no base64, or there are too many
 * @source RFC 2849
 */
export function readLdif(text: string): LdifContents | undefined {
  const masterLists: Bytes[] = [];
  const crls: Bytes[] = [];
  // A line that starts with a space goes on where the one before it ended.
  for (const line of text.replaceAll(/\r?\n /g, '').split(/\r?\n/)) {
    const colon = line.indexOf('::');
    if (colon === -1 || line.startsWith('#')) continue;
    const name = line.slice(0, colon).split(';')[0]!.trim().toLowerCase();
    const values = MASTER_LIST.has(name) ? masterLists : CRL.has(name) ? crls : undefined;
    if (values === undefined) continue;
    const value = fromBase64(line.slice(colon + 2).trim());
    if (value === undefined || values.length === MAX_VALUES) return undefined;
    values.push(value);
  }
  return { masterLists, crls };
}

function fromBase64(text: string): Bytes | undefined {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
