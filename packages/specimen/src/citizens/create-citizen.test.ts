import { describe, expect, it } from 'vitest';
import { CANONICAL_VERTICES, parseCanonicalMesh } from './canonical-mesh.ts';
import { castSeeds } from './cast-seeds.ts';
import { citizenSeeds } from './citizen-seeds.ts';
import type { CitizenPose } from './citizen-pose.ts';
import { type CitizenTraits, drawCitizenTraits } from './citizen-traits.ts';
import { createCitizen } from './create-citizen.ts';
import { attireAt } from './draw-attire.ts';
import { encodeJpeg } from './encode-jpeg.ts';
import { loadCanonicalMesh } from './load-canonical-mesh.ts';
import type { RgbImage } from './rgb-image.ts';

const mesh = loadCanonicalMesh();
const [firstSeed, secondSeed] = castSeeds as [number, number];
const citizen = createCitizen({ seed: firstSeed, mesh });
const size = { width: 240, height: 320 };
const frame = (pose: Partial<CitizenPose>) => citizen.renderFrame(pose, size);

const meanDifference = (a: RgbImage, b: RgbImage) => a.data.reduce((sum, value, index) => sum + Math.abs(value - b.data[index]!), 0) / a.data.length;

describe('canonical mesh', () => {
  it('is the 468-vertex face: right eye at negative x, forehead above chin, nose tip foremost', () => {
    expect(mesh.positions).toHaveLength(3 * CANONICAL_VERTICES);
    expect(mesh.positions[3 * 33]).toBeLessThan(0);
    expect(mesh.positions[3 * 10 + 1]).toBeGreaterThan(mesh.positions[3 * 152 + 1]!);
    const depths = mesh.positions.filter((_, index) => index % 3 === 2);
    expect(Math.max(...depths)).toBeCloseTo(mesh.positions[3 * 4 + 2]!, 1);
  });

  it('refuses a file that is not that mesh', () => {
    expect(() => parseCanonicalMesh(Uint8Array.of(0x0a, 0x02, 0x1a, 0x00))).toThrow('unexpected size');
    expect(() => parseCanonicalMesh(Uint8Array.of(0x0a, 0x7f, 0x00))).toThrow('beyond the end');
    expect(() => parseCanonicalMesh(new Uint8Array())).toThrow('no mesh');
  });
});

describe('citizen', () => {
  it('is the same person from the same seed, pixel by pixel', () => {
    const again = createCitizen({ seed: firstSeed, mesh });
    expect(Buffer.from(again.renderPortrait().data).equals(citizen.renderPortrait().data)).toBe(true);
    const pose = { yawDeg: 12, smile: 0.4, noiseSeed: 9 };
    expect(Buffer.from(again.renderFrame(pose, size).data).equals(frame(pose).data)).toBe(true);
  });

  it('is another person from another seed', () => {
    expect(meanDifference(createCitizen({ seed: secondSeed, mesh }).renderPortrait(), citizen.renderPortrait())).toBeGreaterThan(4);
  });

  it('gives a passport portrait of 413×531 on a plain light background without noise', () => {
    const portrait = citizen.renderPortrait();
    expect([portrait.width, portrait.height]).toEqual([413, 531]);
    for (const column of [3, 409]) for (let row = 3; row < 60; row += 7) expect(portrait.data[3 * (row * 413 + column)]).toBeGreaterThan(190);
    expect(Buffer.from(citizen.renderPortrait().data).equals(portrait.data)).toBe(true);
  });

  it('gives frames of 480×640 unless asked for another size', () => {
    const { width, height, data } = citizen.renderFrame({});
    expect([width, height, data.length]).toEqual([480, 640, 3 * 480 * 640]);
    expect(frame({}).data).toHaveLength(3 * 240 * 320);
  });

  it('answers to every control', () => {
    const neutral = frame({});
    const poses: Partial<CitizenPose>[] = [
      { yawDeg: 30 }, { pitchDeg: 15 }, { rollDeg: 15 }, { smile: 1 }, { blinkLeft: 1 }, { blinkRight: 1 }, { mouthOpen: 1 }, { gazeYawDeg: 20 }, { gazePitchDeg: 15 },
      { screenLight: [0.4, 0, 0] }, { ambientLight: 0.5 }, { shiftX: 0.1 }, { shiftY: 0.1 }, { scale: 0.7 }, { noiseSeed: 1 },
    ];
    const pictures = poses.map(frame);
    pictures.forEach((picture) => expect(meanDifference(picture, neutral)).toBeGreaterThan(0.01));
    expect(meanDifference(pictures[4]!, pictures[5]!)).toBeGreaterThan(0.05);
  });

  it("turns the nose to the image's right when the citizen turns left, and blinks the left eye at the image's right", () => {
    const changed = (a: RgbImage, b: RgbImage) => {
      let [sum, weighted] = [0, 0];
      a.data.forEach((value, index) => {
        const difference = Math.abs(value - b.data[index]!);
        sum += difference;
        weighted += difference * (Math.floor(index / 3) % a.width);
      });
      return weighted / sum / a.width;
    };
    expect(changed(frame({ blinkLeft: 1 }), frame({}))).toBeGreaterThan(0.5);
    expect(changed(frame({ blinkRight: 1 }), frame({}))).toBeLessThan(0.5);
    // the dark pupils travel with the nose
    const skinMiddle = (image: RgbImage) => changed(image, createBlank(image));
    expect(skinMiddle(frame({ yawDeg: 40, screenLight: [1, 1, 1], ambientLight: 0 }))).toBeGreaterThan(skinMiddle(frame({ yawDeg: -40, screenLight: [1, 1, 1], ambientLight: 0 })));
  });

  it('takes the colour of the screen in front of it', () => {
    const red = (image: RgbImage) => image.data.reduce((sum, value, index) => sum + (index % 3 === 0 ? value : index % 3 === 2 ? -value : 0), 0);
    expect(red(frame({ screenLight: [0.3, 0, 0] }))).toBeGreaterThan(red(frame({})));
    expect(red(frame({ screenLight: [0, 0, 0.3] }))).toBeLessThan(red(frame({})));
  });

  it('cuts a pose to human limits and a frame to its largest size', () => {
    expect(Buffer.from(frame({ yawDeg: 400 }).data).equals(frame({ yawDeg: 45 }).data)).toBe(true);
    expect(Buffer.from(frame({ mouthOpen: -3, scale: 99 }).data).equals(frame({ scale: 1.8 }).data)).toBe(true);
    expect(citizen.renderFrame({}, { width: 20, height: 1e9 }).height).toBe(1600);
  });

  it('encodes to JPEG', async () => {
    const jpeg = await encodeJpeg(frame({}), 85);
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });
});

describe('cast', () => {
  it('has at least twelve different adults', () => {
    expect(new Set(castSeeds).size).toBeGreaterThanOrEqual(12);
    for (const seed of castSeeds) expect(drawCitizenTraits(seed).ageYears).toBeGreaterThanOrEqual(18);
  });

  it('wears nothing: the cast was chosen bare-headed', () => {
    for (const seed of castSeeds) expect(drawCitizenTraits(seed).attire).toEqual({ covering: undefined, knitCap: undefined, glasses: undefined, beardLength: 0 });
  });
});

describe('citizens', () => {
  const everybody = citizenSeeds.map(drawCitizenTraits);
  const count = (is: (traits: CitizenTraits) => boolean) => everybody.filter(is).length;

  it('are the cast and more than twenty others, all adults, no two the same', () => {
    expect(citizenSeeds.slice(0, castSeeds.length)).toEqual(castSeeds);
    expect(new Set(citizenSeeds).size).toBe(citizenSeeds.length);
    expect(citizenSeeds.length).toBeGreaterThanOrEqual(castSeeds.length + 20);
    for (const { ageYears } of everybody) expect(ageYears).toBeGreaterThanOrEqual(18);
  });

  it('wear headscarves, turbans, knitted caps, thin and thick frames, and have every kind of hair and skin', () => {
    expect(count(({ attire }) => attire.covering?.kind === 'headscarf')).toBeGreaterThanOrEqual(5);
    expect(count(({ attire }) => attire.covering?.kind === 'turban')).toBeGreaterThanOrEqual(4);
    expect(count(({ attire }) => attire.knitCap !== undefined)).toBeGreaterThanOrEqual(3);
    expect(count(({ attire }) => attire.glasses !== undefined && attire.glasses.rimWidth < 0.2)).toBeGreaterThanOrEqual(4);
    expect(count(({ attire }) => attire.glasses !== undefined && attire.glasses.rimWidth > 0.2)).toBeGreaterThanOrEqual(4);
    expect(count(({ attire }) => attire.beardLength > 0)).toBeGreaterThanOrEqual(3);
    expect(count(({ ageYears, wrinkles }) => ageYears >= 60 && wrinkles > 0.3)).toBeGreaterThanOrEqual(5);
    expect(count(({ darkness }) => darkness > 0.8)).toBeGreaterThanOrEqual(6);
    expect(count(({ darkness }) => darkness > 0.3 && darkness <= 0.8)).toBeGreaterThanOrEqual(6);
    expect(count(({ darkness }) => darkness <= 0.3)).toBeGreaterThanOrEqual(6);
    expect(new Set(everybody.map(({ hairStyle }) => hairStyle)).size).toBeGreaterThanOrEqual(9);
  });

  it('take glasses and knitted caps off for the passport, and keep a headscarf or a turban on', () => {
    for (const { attire } of everybody) {
      const [official, everyday] = [attireAt(attire, 'passportPhotograph'), attireAt(attire, 'selfie')];
      expect(official).toEqual({ headwear: attire.covering, glasses: undefined });
      expect(everyday).toEqual({ headwear: attire.covering ?? attire.knitCap, glasses: attire.glasses });
      expect(attire.covering !== undefined && attire.knitCap !== undefined).toBe(false);
    }
  });
});

function createBlank(image: RgbImage): RgbImage {
  return { ...image, data: new Uint8Array(image.data.length) };
}
