/** For benchmarks and their peers; nothing of the product asks for it. */
export { type MeasuredStage, prepareMeasuredVerification, type VerificationMeasured, type VerificationWork } from './measured-verification.ts';
export { chainOperations, decode, loadForTensorflow, packageFolder, type Tensor, type TensorflowJs, wasmFolder } from './tensorflow-js.ts';
export { createSignalMeter, type SignalReading } from './create-signal-meter.ts';
