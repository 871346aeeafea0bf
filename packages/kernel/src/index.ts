export { type Bytes, concatBytes, equalBytes, fromBase64Url, fromHex, toBase64Url, toHex, utf8 } from './bytes.ts';
export { ByteReader, MalformedBytes } from './byte-reader.ts';
export { type CheckOutcome, failed, notRun, passed } from './check.ts';
export { defineFaults, type Fault, type FaultCatalogue, type FaultDetail, type FaultEntry, type PublicFault, type Retry, type Stage, toPublic } from './fault.ts';
export { parseJson } from './parse-json.ts';
export type { Clock, RandomBytes } from './ports.ts';
export { readBounded } from './read-bounded.ts';
export { err, ok, type Result } from './result.ts';
