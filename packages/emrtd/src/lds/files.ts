/** A file on the chip, by its identifiers (ICAO 9303-10 §3.11 and §4). */
export interface FileId {
  readonly name: FileName;
  readonly fileId: number;
  /** Short: five bits, for READ BINARY without SELECT. Unique only within its directory. */
  readonly sfi: number;
  readonly directory: Directory;
}

/** Where a file lies: beside the applications, or in the travel document application. */
export type Directory = 'masterFile' | 'application';

/** Data groups that nothing here is decided by: read only when the caller asks. DG3 and DG4 (fingerprints, irises) are never read. */
export type OptionalDataGroup = 7 | 11 | 12 | 13 | 16;

export type FileName = 'efCardSecurity' | 'efCom' | 'efSod' | 'dg1' | 'dg2' | 'dg7' | 'dg11' | 'dg12' | 'dg13' | 'dg14' | 'dg15' | 'dg16';

const inApplication = (name: FileName, fileId: number): FileId => ({ name, fileId, sfi: fileId & 0x1f, directory: 'application' });

export const FILES: Readonly<Record<FileName, FileId>> = {
  efCardSecurity: { name: 'efCardSecurity', fileId: 0x011d, sfi: 0x1d, directory: 'masterFile' },
  efCom: inApplication('efCom', 0x011e),
  efSod: inApplication('efSod', 0x011d),
  dg1: inApplication('dg1', 0x0101),
  dg2: inApplication('dg2', 0x0102),
  dg7: inApplication('dg7', 0x0107),
  dg11: inApplication('dg11', 0x010b),
  dg12: inApplication('dg12', 0x010c),
  dg13: inApplication('dg13', 0x010d),
  dg14: inApplication('dg14', 0x010e),
  dg15: inApplication('dg15', 0x010f),
  dg16: inApplication('dg16', 0x0110),
};

/** Readable by anybody, before the chip is open. */
export const EF_CARD_ACCESS = { fileId: 0x011c, sfi: 0x1c };
export const EF_ATR_INFO = { fileId: 0x2f01, sfi: 0x01 };
export const EF_DIR = { fileId: 0x2f00, sfi: 0x1e };
