import { clientFaults } from '@visavis/client';
import { MAX_FRAME_BYTES } from '@visavis/contract';
import { err, ok, type PublicFault, type Result, toPublic } from '@visavis/kernel';
import { webFault } from '../faults.ts';
import type { PixelView } from '@visavis/face/quality';
import { portraitCrop } from './portrait-crop.ts';

/** What a face check is sent: portrait, as the networks were calibrated for. */
const FRAME = { width: 480, height: 640 };
/** Leaves 45–90 kB per frame of a face. */
const JPEG_QUALITY = 0.85;
/** Enough to judge the light. */
const GLANCE = { width: 120, height: 160 };
/** A little over 12 frames per second: enough for a blink, little enough for a slow uplink. */
const FRAME_INTERVAL_MS = 80;
/** A camera that shows no new picture for so long is repeated as it stands: a still stream is the server's to judge. */
const STALE_PICTURE_MS = 250;
/** Until the first picture arrives; some webcams take seconds to wake. */
const FIRST_PICTURE_MS = 15_000;

export interface CameraFrame {
  readonly jpeg: Uint8Array;
  /** `performance.now()` when the picture was taken from the stream. */
  readonly capturedAtMs: number;
}

/** An open camera: what it sees, and its frames one at a time. Nothing is stored. */
export interface OpenCamera {
  /** For the preview. */
  readonly stream: MediaStream;
  /** Paced to {@link FRAME_INTERVAL_MS}; undefined once the camera ended. */
  nextFrame(): Promise<CameraFrame | undefined>;
  /** The picture of now, small, for coaching in the browser; undefined once the camera ended. */
  glance(): PixelView | undefined;
  stop(): void;
}

/**
 * Asks the citizen's browser for a camera and waits for its first picture. Standard API only.
 * @faults CAMERA_DENIED, CAMERA_NONE, CAMERA_BUSY, CAMERA_STOPPED, CAMERA_UNSUPPORTED
 */
export async function openCamera(): Promise<Result<OpenCamera, PublicFault>> {
  // Absent outside secure contexts, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined || typeof devices.getUserMedia !== 'function') return err(webFault('CAMERA_UNSUPPORTED'));
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 }, frameRate: { ideal: 30 } } });
  } catch (error) {
    return err(cameraFault(error));
  }
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (!(await firstPicture(video))) {
    stop();
    return err(webFault('CAMERA_STOPPED'));
  }
  const drawing = drawingOf(FRAME, false);
  const glancing = drawingOf(GLANCE, true);
  if (drawing === null || glancing === null) {
    stop();
    return err(webFault('CAMERA_UNSUPPORTED'));
  }
  let nextAtMs = 0;
  const nextFrame = async (): Promise<CameraFrame | undefined> => {
    await sleep(nextAtMs - performance.now());
    await newPicture(video);
    if (!isLive(stream) || video.videoWidth === 0) return undefined;
    const capturedAtMs = performance.now();
    nextAtMs = capturedAtMs + FRAME_INTERVAL_MS;
    drawPortrait(drawing, video);
    const jpeg = encodeJpeg(drawing.canvas);
    return jpeg === undefined ? undefined : { jpeg, capturedAtMs };
  };
  const glance = (): PixelView | undefined => {
    if (!isLive(stream) || video.videoWidth === 0) return undefined;
    drawPortrait(glancing, video);
    return { ...GLANCE, channels: 4, pixels: glancing.getImageData(0, 0, GLANCE.width, GLANCE.height).data };
  };
  return ok({ stream, nextFrame, glance, stop });
}

function drawingOf(size: { readonly width: number; readonly height: number }, willReadFrequently: boolean): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  return canvas.getContext('2d', { alpha: false, willReadFrequently });
}

function drawPortrait(drawing: CanvasRenderingContext2D, video: HTMLVideoElement): void {
  const { width, height } = drawing.canvas;
  const crop = portraitCrop({ width: video.videoWidth, height: video.videoHeight }, { width, height });
  drawing.drawImage(video, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
}

/** Browsers name the reason (W3C Media Capture and Streams §10.2); the name decides, never the message. */
function cameraFault(error: unknown): PublicFault {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return toPublic(clientFaults.fault('CAMERA_DENIED'), clientFaults);
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return webFault('CAMERA_NONE');
  if (name === 'NotReadableError' || name === 'AbortError') return webFault('CAMERA_BUSY');
  return webFault('CAMERA_UNSUPPORTED');
}

function isLive(stream: MediaStream): boolean {
  return stream.getVideoTracks().some((track) => track.readyState === 'live');
}

async function firstPicture(video: HTMLVideoElement): Promise<boolean> {
  const deadline = performance.now() + FIRST_PICTURE_MS;
  try {
    await video.play();
  } catch {
    return false;
  }
  while (video.videoWidth === 0) {
    if (performance.now() > deadline) return false;
    await sleep(30);
  }
  return true;
}

/** Waits for a picture not seen before, so that no frame is sent twice where the camera is slower than we are. */
function newPicture(video: HTMLVideoElement): Promise<void> {
  if (typeof video.requestVideoFrameCallback !== 'function') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, STALE_PICTURE_MS);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * At the usual quality; a picture too large for one message is tried once more, smaller. At once (some 5 ms):
 * `toBlob` waits for an idle moment, in Chromium for seconds while a page is busy, and a frame that late looks made up.
 */
function encodeJpeg(canvas: HTMLCanvasElement): Uint8Array | undefined {
  for (const quality of [JPEG_QUALITY, 0.6]) {
    const binary = atob(canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? '');
    if (binary.length > 0 && binary.length <= MAX_FRAME_BYTES) return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }
  return undefined;
}

function sleep(ms: number): Promise<void> {
  return ms <= 0
    ? Promise.resolve()
    : new Promise((resolve) => {
        setTimeout(resolve, ms);
      });
}
