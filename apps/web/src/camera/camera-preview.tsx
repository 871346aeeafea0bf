import { type ReactElement, useEffect, useRef } from 'react';
import { laterTexts } from '../text/later-texts.ts';

/** The citizen's own picture, as in a mirror. */
export function CameraPreview({ stream }: { readonly stream: MediaStream | undefined }): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === undefined) return undefined;
    element.srcObject = stream;
    // A preview that may not play stays black; the camera itself is watched elsewhere.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return <video ref={video} muted playsInline aria-label={laterTexts.camera.preview} />;
}
