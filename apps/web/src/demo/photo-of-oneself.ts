import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import type { OpenCamera } from '../camera/open-camera.ts';
import { webFault } from '../faults.ts';

/** Enough for a passport picture (ISO/IEC 39794-5 asks for 90 pixels between the eyes), far below the request's limit. */
const LONGEST_SIDE = 960;
const SHORTEST_SIDE = 240;
const JPEG_QUALITY = 0.92;

/**
 * An uploaded picture, turned upright, made small enough, and stripped of everything else the file carried.
 * @faults PHOTO_UNREADABLE
 */
export async function photoFromFile(file: Blob): Promise<Result<Blob, PublicFault>> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return err(webFault('PHOTO_UNREADABLE'));
  }
  try {
    if (Math.min(picture.width, picture.height) < SHORTEST_SIDE) return err(webFault('PHOTO_UNREADABLE'));
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const jpeg = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY);
    });
    return jpeg === null ? err(webFault('PHOTO_UNREADABLE')) : ok(jpeg);
  } finally {
    picture.close();
  }
}

/** What the camera sees now. @faults CAMERA_STOPPED */
export async function photoFromCamera(camera: OpenCamera): Promise<Result<Blob, PublicFault>> {
  const frame = await camera.nextFrame();
  return frame === undefined ? err(webFault('CAMERA_STOPPED')) : ok(new Blob([new Uint8Array(frame.jpeg)], { type: 'image/jpeg' }));
}
