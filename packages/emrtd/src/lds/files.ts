/** The files this terminal reads, by their identifiers (ICAO 9303-10 §3.11 and §4). */
export interface FileId {
  readonly name: FileName;
  readonly fileId: number;
  readonly sfi: number;
}

export type FileName = 'efCom' | 'efSod' | 'dg1' | 'dg2' | 'dg14' | 'dg15';

export const FILES: Readonly<Record<FileName, FileId>> = {
  efCom: { name: 'efCom', fileId: 0x011e, sfi: 0x1e },
  efSod: { name: 'efSod', fileId: 0x011d, sfi: 0x1d },
  dg1: { name: 'dg1', fileId: 0x0101, sfi: 0x01 },
  dg2: { name: 'dg2', fileId: 0x0102, sfi: 0x02 },
  dg14: { name: 'dg14', fileId: 0x010e, sfi: 0x0e },
  dg15: { name: 'dg15', fileId: 0x010f, sfi: 0x0f },
};

export const EF_CARD_ACCESS_FILE_ID = 0x011c;
