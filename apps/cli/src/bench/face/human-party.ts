import { decode, type VerificationWork } from '@visavis/face/measure';
import { facePolicy } from '@visavis/face/policy';
import { openHuman } from './open-human.ts';
import { beParty, cpuMs } from './party.ts';

const SEARCH_EVERY_FRAMES = facePolicy.stream.searchEveryFrames.value;

// As its own documentation sets it up for faces: mesh on every frame, iris where the product looks at the eyes, the
// detector as often as the product's, the description (its embedding) on the frames that are embedded. Everything else is off.
await beParty(async () => {
  const human = await openHuman({ detector: { skipFrames: SEARCH_EVERY_FRAMES - 1, skipTime: Number.MAX_SAFE_INTEGER }, description: { skipFrames: 0, skipTime: 0 } });
  const see = async (jpeg: Uint8Array, embed: boolean, eyes: boolean): Promise<readonly number[] | undefined> => {
    const { pixels, width, height } = await decode(jpeg);
    const tensor = human.tf.tensor4d(pixels, [1, height, width, 3], 'int32');
    human.config.face.description.enabled = embed;
    human.config.face.iris.enabled = eyes;
    const { face, error } = await human.detect(tensor);
    human.tf.dispose(tensor);
    const [first] = face;
    if (error !== null || first === undefined || (eyes && first.mesh.length < 478)) throw new Error(`@vladmandic/human saw no face, or no irises where they were asked for: ${error ?? `${face.length} faces`}`);
    if (embed && first.embedding === undefined) throw new Error('@vladmandic/human gave no embedding');
    return first.embedding;
  };
  return async ({ portrait, frames, beginning, afterTasks, eyes }: VerificationWork) => {
    await see(portrait.bytes, true, true);
    const startedMs = cpuMs();
    const embeddings = [await see(portrait.bytes, true, false)];
    for (const [i, jpeg] of frames.entries()) {
      const embed = beginning.includes(i) || afterTasks.includes(i);
      const embedding = await see(jpeg, embed, eyes.includes(i));
      if (embed) embeddings.push(embedding);
    }
    return { cpuSeconds: (cpuMs() - startedMs) / 1000 };
  };
});
