import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { framingHint, POLICY_BRIGHTNESS } from './framing-hint.ts';

const plain = (face: number, around: number) => {
  const width = 120;
  const height = 160;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(around);
  for (let y = 25; y < 130; y++) pixels.fill(face, (y * width + 20) * 4, (y * width + 100) * 4);
  return { width, height, channels: 4 as const, pixels };
};

it('judges the light on the face, not around it', () => {
  expect(framingHint(plain(20, 250))).toBe('tooDark');
  expect(framingHint(plain(240, 10))).toBe('tooBright');
  expect(framingHint(plain(130, 0))).toBe('ok');
  expect(framingHint(plain(130, 255))).toBe('ok');
});

it('sees a face that a window burns out, or that lies half in the dark, though its mean is well', () => {
  const striped = (dark: number, light: number, share: number) => {
    const view = plain(dark, dark);
    for (let y = 0; y < view.height; y++) view.pixels.fill(light, (y * view.width + Math.round((1 - share) * view.width)) * 4, (y + 1) * view.width * 4);
    return view;
  };
  expect(framingHint(striped(100, 252, 0.45))).toBe('tooBright');
  expect(framingHint(striped(3, 200, 0.5))).toBe('tooDark');
  expect(framingHint(striped(100, 200, 0.5))).toBe('ok');
});

it('goes by the limits of the policy that the booth judges by', () => {
  const file = new URL('../../../../packages/face/src/policy/face-policy.json', import.meta.url);
  const { minBrightness, maxBrightness } = (JSON.parse(readFileSync(file, 'utf8')) as { readonly thresholds: Readonly<Record<'minBrightness' | 'maxBrightness', { readonly value: number }>> }).thresholds;
  expect(POLICY_BRIGHTNESS).toEqual({ min: minBrightness.value, max: maxBrightness.value });
});
