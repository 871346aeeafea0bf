import { modelCatalogue, type ModelEntry } from '../../packages/face/src/models/model-catalogue.ts';

const INTRODUCTION = `# Face networks

Generated from \`packages/face/src/models/model-catalogue.ts\` by \`script/generate-docs.ts\`.

Every network that looks at a face here, and the file of numbers that is not one. None is in this repository: the weights
come in npm packages, \`script/setup\` converts them once (\`packages/face/src/models/convert-models.ts\`) and the engine
loads a file only with the SHA-256 below. In the product none of the packages' own code runs; benchmarks and tests run it
to compare. Licences of the code are those of the packages that carry the weights.

The conversion changes the container and how some activations are written down, not what is computed: outputs are those
of the originals in TensorFlow.js to 10⁻⁵ of the largest output (the mesh's flag to 10⁻³), tested by
\`packages/face/src/models/same-as-tensorflow.integration.test.ts\`.

The two recognition networks were trained on pictures of people who mostly were not asked. Their licences permit use; they
say nothing of consent. How well each does, and for whom, is in \`docs/recognition.md\`; an operator can mount another network
(\`docs/decisions/0137-an-operators-network-brings-its-error-rates.md\`).
`;

const section = (name: string, entry: ModelEntry): string => `
## ${name}

${entry.origin}.

Used for: ${entry.usedFor}.

| | |
|---|---|
| File | \`${entry.file}\`, sha256 \`${entry.sha256}\` |
${entry.sources.map((source) => `| Made from | \`${source.package}\`: \`${source.file}\`, sha256 \`${source.sha256}\` |`).join('\n')}
| Licence of the code | ${entry.licence.code} |
| Licence of the weights | ${entry.licence.weights} |
`;

/** docs/models.md */
export const modelsPage = (): string =>
  INTRODUCTION +
  Object.entries(modelCatalogue)
    .map(([name, entry]) => section(name, entry))
    .join('');
