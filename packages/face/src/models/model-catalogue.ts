/** A file of an npm package that carries weights, pinned by SHA-256. */
export interface WeightSource {
  readonly package: string;
  readonly file: string;
  readonly sha256: string;
}

/** A file in the models folder: made by {@link convertModels} from its sources, loaded by the engine only with this SHA-256. */
export interface ModelEntry {
  readonly file: string;
  readonly sha256: string;
  readonly sources: readonly WeightSource[];
  /** What it is and who trained it. */
  readonly origin: string;
  readonly usedFor: string;
  /** Of the package's own code, of which nothing runs here, and of the numbers. */
  readonly licence: { readonly code: string; readonly weights: string };
}

const human = (file: string, sha256: string): WeightSource => ({ package: '@vladmandic/human', file: `models/${file}`, sha256 });
const faceApi = (file: string, sha256: string): WeightSource => ({ package: '@vladmandic/face-api', file: `model/${file}`, sha256 });

/**
 * Every network the engine runs. The conversion is deterministic, so the result is pinned as well as the source:
 * a models folder that was changed by anybody does not load. docs/models.md is made from it.
 */
export const modelCatalogue = {
  detector: {
    file: 'blazeface.onnx',
    sha256: '9e9d38ef9519542fa636b46d2cef7aa0f78d46efd761a26ec38b2e73a8d953a3',
    sources: [human('blazeface.json', 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f'), human('blazeface.bin', 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72')],
    origin: 'BlazeFace, model for back cameras, 256×256 (Google MediaPipe)',
    usedFor: 'finding faces in a whole picture: the first time, whenever the tracking loses the face, and at regular intervals to see whether there is a second one',
    licence: { code: 'MIT', weights: 'Apache-2.0' },
  },
  mesh: {
    file: 'facemesh.onnx',
    sha256: 'a060309ea33f799d0f57ed20f982beeacc674d7d87638bfbdb8b37671c57c64e',
    sources: [human('facemesh.json', 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7'), human('facemesh.bin', '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b')],
    origin: 'FaceMesh, 468 points, 192×192 (Google MediaPipe)',
    usedFor: 'following the face from frame to frame: head pose, mouth, parallax, skin patches, and where the other networks look; its flag says whether there is a face at all',
    licence: { code: 'MIT', weights: 'Apache-2.0' },
  },
  iris: {
    file: 'iris.onnx',
    sha256: 'ddad5ab05e1f0aeffa8aca1e30abca0196370fe3c5b490ee4721d9746b9d28b4',
    sources: [human('iris.json', '49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465'), human('iris.bin', 'd7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71')],
    origin: "Iris landmarks, 64×64 (Google MediaPipe); only the part that finds the eye's contour is converted",
    usedFor: 'how far the eyes are open (blinks, closed eyes)',
    licence: { code: 'MIT', weights: 'Apache-2.0' },
  },
  faceres: {
    file: 'faceres.onnx',
    sha256: 'ce7843ea138224513ed464fe1788e1e594b35d6e1951501ada40fadd90c5b351',
    sources: [human('faceres.json', '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df'), human('faceres.bin', '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b')],
    origin: 'faceres, a MobileNet for faces, 224×224, 1024 numbers (HSE_FaceRec; trained on VGGFace2); its heads for age and gender are not converted',
    usedFor: 'second half of the comparison with the portrait',
    licence: { code: 'MIT', weights: 'Apache-2.0' },
  },
  faceRecognition: {
    file: 'face-recognition.onnx',
    sha256: 'abeb61f8d924586e280471592c12ddfc0ff6999e0d003852ce8f368ace92cfd7',
    sources: [
      faceApi('face_recognition_model-weights_manifest.json', 'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b'),
      faceApi('face_recognition_model.bin', 'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589'),
    ],
    origin: 'dlib_face_recognition_resnet_model_v1, 150×150, 128 numbers, stored in 8 bits a weight (dlib-models; trained on FaceScrub, VGG and pictures from the web, about 7,500 people)',
    usedFor: 'first half of the comparison with the portrait',
    licence: { code: 'MIT', weights: 'CC0-1.0' },
  },
  canonicalMesh: {
    file: 'canonical-mesh.json',
    sha256: '942cab081ccd62e6f4e83552311bc847ea563c2bdda0aff3ddcf0ad2bf35e9af',
    sources: [{ package: '@mediapipe/face_mesh', file: 'face_mesh_solution_packed_assets.data', sha256: 'dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99' }],
    origin: 'the canonical face of MediaPipe: an average face in centimetres, no network',
    usedFor: "the ruler that head pose is measured against; the made-up citizens' heads start from it too",
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
  },
} as const satisfies Readonly<Record<string, ModelEntry>>;

/** The day on which the youngest of these files was pinned: error rates measured before it are of other files. */
export const CATALOGUE_RELEASED = '2026-11-27';

export type ModelName = keyof typeof modelCatalogue;
