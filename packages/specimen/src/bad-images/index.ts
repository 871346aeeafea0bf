export { BAD_FILES, type BadFile, createWornFiles } from './bad-files.ts';
export { jpegOfManyScans } from './jpeg-of-many-scans.ts';
