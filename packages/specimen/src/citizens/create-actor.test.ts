import { describe, expect, it } from 'vitest';
import { castSeeds } from './cast-seeds.ts';
import type { CitizenPose } from './citizen-pose.ts';
import { type Actor, createActor } from './create-actor.ts';
import { createCitizen } from './create-citizen.ts';
import { createIgnoringPresenter } from './create-ignoring-presenter.ts';
import { createPhotoTurnedPresenter } from './create-photo-turned-presenter.ts';
import { createStillPresenter } from './create-still-presenter.ts';
import { loadCanonicalMesh } from './load-canonical-mesh.ts';
import type { ActorPrompt, Presenter } from './presenter.ts';

const citizen = createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() });
const newActor = (seed = 1) => createActor({ citizen, seed });
const FRAME_MS = 50;

/** Poses from a prompt at 1 s on, one every 50 ms. */
function follow(action: ActorPrompt, actor: Actor = newActor(), forMs = 3000) {
  actor.prompt('lookAhead', 0);
  actor.prompt(action, 1000);
  return Array.from({ length: forMs / FRAME_MS }, (_, index) => ({ sinceMs: index * FRAME_MS, pose: actor.poseAt(1000 + index * FRAME_MS) }));
}

describe('actor', () => {
  it("turns 25° or more to the citizen's own side, after a human reaction, and comes back", () => {
    const reached: number[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      for (const [action, sign] of [['turnLeft', 1], ['turnRight', -1]] as const) {
        const poses = follow(action, newActor(seed));
        for (const { sinceMs, pose } of poses) if (sinceMs <= 250) expect(Math.abs(pose.yawDeg)).toBeLessThan(3);
        const turned = poses.filter(({ pose }) => sign * pose.yawDeg >= 24);
        expect(turned.length * FRAME_MS).toBeGreaterThan(1000);
        expect(turned[0]!.sinceMs).toBeLessThan(1100);
        expect(Math.abs(poses.at(-1)!.pose.yawDeg)).toBeLessThan(4);
        reached.push(Math.max(...poses.map(({ pose }) => sign * pose.yawDeg)));
      }
    }
    expect(Math.min(...reached)).toBeLessThan(28);
    expect(Math.max(...reached)).toBeGreaterThan(36);
  });

  it('who turned too little turns further when the prompt still stands, and nods less far than that', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const furthest = (action: ActorPrompt, degrees: (pose: CitizenPose) => number, from: number) =>
        Math.max(...follow(action, newActor(seed), 6600).filter(({ sinceMs }) => sinceMs >= from).map(({ pose }) => degrees(pose)));
      expect(furthest('turnLeft', ({ yawDeg }) => yawDeg, 3800)).toBeGreaterThan(31.5);
      expect(furthest('lookUp', ({ pitchDeg }) => pitchDeg, 3800)).toBeGreaterThan(26.5);
      expect(furthest('lookDown', ({ pitchDeg }) => -pitchDeg, 0)).toBeLessThan(37);
    }
  });

  it('some smile a little as the camera starts, until there is something to do', () => {
    const smiles = Array.from({ length: 40 }, (_, seed) => {
      const actor = newActor(seed);
      actor.prompt('lookAhead', 0);
      const atFirst = actor.poseAt(900).smile;
      expect(actor.poseAt(4000).smile).toBe(atFirst);
      actor.prompt('turnLeft', 5000);
      expect(actor.poseAt(6400).smile).toBe(0);
      return atFirst;
    }).filter((smile) => smile > 0);
    expect(smiles.length).toBeGreaterThanOrEqual(6);
    expect(smiles.length).toBeLessThanOrEqual(20);
    expect(Math.max(...smiles)).toBeLessThanOrEqual(0.4);
  });

  it("shows the screen's light after a lag of the device's own, 60 to 160 ms", () => {
    const lags = Array.from({ length: 30 }, (_, seed) => {
      const actor = newActor(seed);
      actor.prompt('watchScreen', 0);
      actor.light([255, 255, 255], 1000);
      return Array.from({ length: 200 }, (_unused, ms) => ms).find((ms) => actor.poseAt(1000 + ms).screenLight[0] > 0)!;
    });
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...lags)).toBeLessThanOrEqual(161);
    expect(Math.max(...lags) - Math.min(...lags)).toBeGreaterThan(70);
  });

  it('smiles, opens the mouth and closes both eyes when asked, and only what is asked', () => {
    const peak = (action: ActorPrompt) => {
      const poses = follow(action).map(({ pose }) => pose);
      return { smile: Math.max(...poses.map((p) => p.smile)), mouthOpen: Math.max(...poses.map((p) => p.mouthOpen)), blink: Math.max(...poses.map((p) => Math.min(p.blinkLeft, p.blinkRight))) };
    };
    expect(peak('smile').smile).toBeGreaterThan(0.88);
    expect(peak('smile').mouthOpen).toBe(0);
    expect(peak('openMouth').mouthOpen).toBeGreaterThan(0.88);
    expect(peak('openMouth').smile).toBe(0);
    expect(peak('blink').blink).toBeGreaterThan(0.85);
    expect(peak('blink').smile + peak('blink').mouthOpen).toBe(0);
  });

  it('keeps the eyes closed long enough for a camera of 10 frames a second, and opens them again', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const closed = follow('blink', newActor(seed), 1400).filter(({ pose }) => pose.blinkLeft > 0.8);
      expect(closed.length * FRAME_MS).toBeGreaterThanOrEqual(200);
      // an own blink may come before or after the one that was asked for
      expect(closed.length * FRAME_MS).toBeLessThanOrEqual(600);
    }
  });

  it('does it again while the prompt stands, and leaves it for the next prompt', () => {
    const actor = newActor();
    const late = follow('turnLeft', actor, 8000).filter(({ sinceMs, pose }) => sinceMs > 3800 && pose.yawDeg > 30);
    expect(late.length).toBeGreaterThan(10);
    actor.prompt('smile', 9300);
    expect(actor.poseAt(9300).yawDeg).toBeLessThan(45);
    expect(Math.abs(actor.poseAt(10_200).yawDeg)).toBeLessThan(4);
    expect(actor.poseAt(10_200).smile).toBeGreaterThan(0.8);
  });

  it('is never quite still, never jumps, and blinks shortly by itself as people do', () => {
    const actor = newActor();
    actor.prompt('lookAhead', 0);
    const poses = Array.from({ length: 1200 }, (_, index) => actor.poseAt(index * FRAME_MS));
    poses.slice(1).forEach((pose, index) => expect(Math.abs(pose.yawDeg - poses[index]!.yawDeg)).toBeLessThan(0.6));
    expect(new Set(poses.map(({ yawDeg }) => yawDeg)).size).toBeGreaterThan(1000);
    expect(Math.max(...poses.map(({ yawDeg }) => Math.abs(yawDeg)))).toBeLessThan(2);
    const closing = poses.filter(({ blinkLeft }, index) => blinkLeft > 0.5 && (poses[index - 1]?.blinkLeft ?? 0) <= 0.5).length;
    expect(closing).toBeGreaterThanOrEqual(15);
    expect(closing).toBeLessThanOrEqual(20);
    expect(poses.filter(({ blinkLeft }) => blinkLeft > 0.01).length / poses.length).toBeLessThan(0.1);
  });

  it('repeats itself exactly from the same seed and differs from another', () => {
    const path = (seed: number) => JSON.stringify(follow('turnLeft', newActor(seed)));
    expect(path(3)).toBe(path(3));
    expect(path(3)).not.toBe(path(4));
    const [one, two] = [newActor(5), newActor(5)];
    for (const actor of [one, two]) actor.prompt('smile', 0);
    expect(Buffer.from(one.frameAt(800).data).equals(two.frameAt(800).data)).toBe(true);
  });
});

describe('attack presentations', () => {
  const script: readonly (readonly [ActorPrompt, number])[] = [['lookAhead', 0], ['turnLeft', 1000], ['smile', 3000], ['blink', 5000]];
  const show = (presenter: Presenter, times: readonly number[]) => {
    for (const [action, atMs] of script) presenter.prompt(action, atMs);
    return times.map((atMs) => presenter.frameAt(atMs));
  };
  const brightColumns = (data: Uint8Array) => {
    // columns of the row through the middle that show the print's light background or face, not the table
    const row = 3 * 480 * 90;
    return Array.from({ length: 480 }, (_, column) => data[row + 3 * column]!).filter((value) => value > 175).length;
  };

  it('the one who ignores looks like the actor and does nothing', () => {
    const [ignoring, actor] = [createIgnoringPresenter({ citizen, seed: 1 }), newActor()];
    const [ignored] = show(ignoring, [2200]);
    const untouched = actor.frameAt(2200);
    expect(Buffer.from(ignored!.data).equals(untouched.data)).toBe(true);
    show(actor, []);
    expect(Buffer.from(actor.frameAt(2200).data).equals(untouched.data)).toBe(false);
  });

  it('the still photograph trembles and never changes shape', () => {
    const presenter = createStillPresenter({ citizen, seed: 1 });
    const [before, during] = show(presenter, [500, 2200]);
    expect(Buffer.from(before!.data).equals(during!.data)).toBe(false);
    expect(Math.abs(brightColumns(before!.data) - brightColumns(during!.data))).toBeLessThan(25);
  });

  it('the turned photograph narrows when asked to turn', () => {
    const presenter = createPhotoTurnedPresenter({ citizen, seed: 1 });
    presenter.prompt('lookAhead', 0);
    const before = presenter.frameAt(900);
    presenter.prompt('turnLeft', 1000);
    const turned = presenter.frameAt(2200);
    expect(brightColumns(turned.data)).toBeLessThan(0.92 * brightColumns(before.data));
  });
});
