export { BAD_FILES, type BadFile, createWornFiles } from './bad-files.ts';
export { BAD_SCENES, BAD_SUBJECTS, type BadScene, type BadSubject, GREY_CAMERA, type Sitters } from './bad-scenes.ts';
export { jpegOfManyScans } from './jpeg-of-many-scans.ts';
