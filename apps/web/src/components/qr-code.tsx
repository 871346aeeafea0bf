import { lazy, type ReactElement, Suspense } from 'react';

const QrPicture = lazy(async () => ({ default: (await import('./qr-picture.tsx')).QrPicture }));

/**
 * A QR code that another device reads. Who can't see it must find the same in words next to it.
 * @param text what the reading device gets, an address for example
 * @param label what the picture is for, said by screen readers
 */
export function QrCode(props: { readonly text: string; readonly label: string }): ReactElement {
  return (
    <Suspense fallback={<span className="qr" />}>
      <QrPicture {...props} />
    </Suspense>
  );
}
