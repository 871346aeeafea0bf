import { type ReactElement, useEffect, useRef } from 'react';

/** A picture held in memory, painted rather than given an address: a strict content security policy needs no exception for it. */
export function PhotoPicture({ photo, label }: { readonly photo: Blob; readonly label: string }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isCurrent = true;
    void (async () => {
      const picture = await createImageBitmap(photo);
      const element = canvas.current;
      if (isCurrent && element !== null) {
        element.width = picture.width;
        element.height = picture.height;
        element.getContext('2d')?.drawImage(picture, 0, 0);
      }
      picture.close();
    })();
    return () => {
      isCurrent = false;
    };
  }, [photo]);
  return (
    <>
      <canvas ref={canvas} aria-hidden="true" />
      <span className="only-heard">{label}</span>
    </>
  );
}
