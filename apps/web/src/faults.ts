import { defineFaults, type PublicFault, toPublic } from '@visavis/kernel';

/** What can go wrong in the browser itself; CAMERA_DENIED and the network's faults are the client library's. */
export const webFaults = defineFaults({
  CAMERA_NONE: {
    stage: 'camera',
    retry: 'user',
    meaning: 'No camera was found on this device.',
    nextStep: 'Connect a camera and try again, or start on a device that has one. Without a camera, the counter is the way.',
  },
  CAMERA_BUSY: {
    stage: 'camera',
    retry: 'user',
    meaning: 'Another program is using the camera.',
    nextStep: 'Close other programs and tabs that use the camera, then try again.',
  },
  CAMERA_STOPPED: {
    stage: 'camera',
    retry: 'user',
    meaning: 'The camera gives no picture.',
    nextStep: 'Check that the camera is connected, switched on and not covered, then try again.',
  },
  CAMERA_UNSUPPORTED: {
    stage: 'camera',
    retry: 'never',
    meaning: 'This browser cannot use a camera on this page.',
    nextStep: 'Open this page in a current browser at its secure address (https), or take the counter door.',
  },
  BROWSER_NO_PASSKEY: {
    stage: 'request',
    retry: 'never',
    meaning: 'This browser has no passkeys, so you could not sign in with it.',
    nextStep: 'Use a current browser, or another device with a screen lock. Without one, the counter has another way.',
  },
  BROWSER_NO_COOKIES: {
    stage: 'request',
    retry: 'user',
    meaning: 'You signed in, but this browser keeps no cookies, so it forgot at once.',
    nextStep: 'Allow cookies for this site, or leave private mode, then sign in again. The one cookie only keeps you signed in.',
  },
  BROWSER_TOO_OLD: {
    stage: 'request',
    retry: 'never',
    meaning: 'This browser is too old for this door.',
    nextStep: 'Update it or use another: Chrome, Edge or Firefox of 2024 or later, Safari from 17.4 on. The counter door works without.',
  },
  CHIP_NOT_REACHABLE: {
    stage: 'chip',
    retry: 'user',
    meaning: 'This page has no way to reach this passport’s chip from this browser.',
    nextStep: 'In the demonstration, make a demo passport first: its chip can be read here. For a real passport, open this page in an app that can read it, or take the counter.',
  },
  SPECIMEN_STATE_UNREACHABLE: {
    stage: 'network',
    retry: 'now',
    meaning: 'The made-up state did not issue a passport.',
    nextStep: 'Try again in a moment. Your picture and the names are still here.',
  },
  PHOTO_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'This file could not be used as a photo.',
    nextStep: 'Choose a JPEG or PNG photo of at least 240 pixels each way, or use the camera.',
  },
  PAGE_BROKEN: {
    stage: 'request',
    retry: 'now',
    meaning: 'This page stopped working.',
    nextStep: 'Reload it. Nothing half-made is left at the service.',
  },
});

/** A fault of this page in the words a citizen sees. */
export function webFault(code: keyof typeof webFaults.entries): PublicFault {
  return toPublic(webFaults.fault(code), webFaults);
}
