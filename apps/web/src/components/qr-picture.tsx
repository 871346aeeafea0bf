import { encodeQR } from 'qr';
import { type ReactElement, useMemo } from 'react';

/** ISO/IEC 18004 §9.1 wants four light modules around the symbol. */
const QUIET_ZONE_MODULES = 4;

/** Dark on light whatever the theme: many readers don't know the inverse. */
export function QrPicture({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const modules = useMemo(() => encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE_MODULES }), [text]);
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <div className="qr">
      <span className="only-heard">{label}</span>
      <svg aria-hidden="true" viewBox={`0 0 ${modules.length} ${modules.length}`} shapeRendering="crispEdges">
        <path className="qr-light" d={`M0 0h${modules.length}v${modules.length}H0z`} />
        <path className="qr-dark" d={path} />
      </svg>
    </div>
  );
}
