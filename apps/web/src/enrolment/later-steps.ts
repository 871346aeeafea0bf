/** What is needed from the camera on, in a piece of its own: nobody waits for it before. */
export { browserPasskeys } from '../browser/browser-passkeys.ts';
export { CameraScreen } from '../camera/camera-screen.tsx';
export { framingHint } from '../camera/framing-hint.ts';
export { openCamera } from '../camera/open-camera.ts';
export { ReceiptNotice } from '../receipt/receipt-notice.tsx';
export { RecoveryWaitsScreen } from '../recovery/recovery-waits-screen.tsx';
export { PasskeyScreen } from './passkey-screen.tsx';
export { ResultScreen } from './result-screen.tsx';
export { WithdrawnScreen } from './withdrawn-screen.tsx';
