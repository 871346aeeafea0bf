import { decode } from '@visavis/face/measure';
import { openHuman } from './open-human.ts';
import { scorePairs } from './peer-scores.ts';

// Its defaults, but that nothing is remembered of the photograph before: each shows somebody else.
await scorePairs(async () => {
  const afresh = { skipFrames: 0, skipTime: 0 };
  const human = await openHuman({ detector: afresh, description: afresh, cacheSensitivity: 0 });
  return {
    async describe(file) {
      const { pixels, width, height } = await decode(file);
      const tensor = human.tf.tensor4d(pixels, [1, height, width, 3], 'int32');
      const { face } = await human.detect(tensor);
      human.tf.dispose(tensor);
      return face[0]?.embedding;
    },
    likeness: (one: readonly number[], other) => human.match.similarity(one, other),
  };
});
