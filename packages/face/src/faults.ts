import { defineFaults } from '@visavis/kernel';

/** Everything this room may refuse, in words for the citizen. */
export const faceFaults = defineFaults({
  FACE_PORTRAIT_UNUSABLE: {
    stage: 'face',
    retry: 'agent',
    meaning: 'The portrait in your document could not be used for a comparison.',
    nextStep: 'Go to a counter with your document: an agent can compare you with it without this step.',
  },
  FACE_PORTRAIT_FORMAT_UNSUPPORTED: {
    stage: 'face',
    retry: 'agent',
    meaning: 'The portrait in your document is stored in a way that this service cannot read.',
    nextStep: 'Go to a counter with your document. Nothing is wrong with it.',
  },
  FACE_PORTRAIT_TOO_LARGE: {
    stage: 'face',
    retry: 'agent',
    meaning: 'The portrait in your document is larger than a document’s portrait can be, so it was not opened.',
    nextStep: 'Go to a counter with your document: an agent can compare you with it without this step.',
  },
  FACE_FRAME_MALFORMED: {
    stage: 'face',
    retry: 'user',
    meaning: 'The camera sent something that is not a usable picture.',
    nextStep: 'Try again, if possible with another browser or device.',
  },
  FACE_TIMES_IMPLAUSIBLE: {
    stage: 'face',
    retry: 'user',
    meaning: 'The times of the camera pictures do not fit the times at which they arrived.',
    nextStep: 'Check your connection and try again without interrupting the camera.',
  },
  FACE_REPLAYED_FRAMES: {
    stage: 'face',
    retry: 'user',
    meaning: 'The same pictures came more than once, as in a recording.',
    nextStep: 'Try again with your own camera, live.',
  },
  FACE_FRAME_CHAIN_BROKEN: {
    stage: 'face',
    retry: 'now',
    meaning: 'The camera pictures did not come as your device took them: one was missing, repeated, out of order or changed.',
    nextStep: 'Start again with your own camera and no program in between. No picture and no name was kept.',
  },
  FACE_TOO_FEW_FRAMES: {
    stage: 'face',
    retry: 'user',
    meaning: 'There were too few clear pictures of your face.',
    nextStep: 'Try again with more light and a steady connection, looking straight at the camera between the tasks.',
  },
  FACE_NOT_FOUND: {
    stage: 'face',
    retry: 'user',
    meaning: 'Your face could not be seen, or left the picture.',
    nextStep: 'Hold the camera at eye level with light on your face, and try again.',
  },
  FACE_MULTIPLE: {
    stage: 'face',
    retry: 'user',
    meaning: 'More than one face was in the picture.',
    nextStep: 'Try again alone in front of the camera, without pictures of people behind you.',
  },
  FACE_NOT_LIVE: {
    stage: 'face',
    retry: 'user',
    meaning: 'Nothing in the picture moved as a living face does: neither eyes nor mouth, as in a photograph.',
    nextStep: 'Look at the camera yourself and follow the tasks on the screen.',
  },
  FACE_LIVENESS_TIMEOUT: {
    stage: 'face',
    retry: 'user',
    meaning: 'A task on the screen was not done in time.',
    nextStep: 'Try again and do each task when it appears. If you cannot do one, use the counter instead.',
  },
  FACE_LIVENESS_WRONG_ACTION: {
    stage: 'face',
    retry: 'user',
    meaning: 'Other movements were made than those asked for.',
    nextStep: 'Try again: wait for each task, do only that, then look straight ahead.',
  },
  FACE_LIVENESS_NO_PARALLAX: {
    stage: 'face',
    retry: 'user',
    meaning: 'When it turned, the face looked flat like a picture.',
    nextStep: 'Look at the camera yourself, without a screen or photograph, and turn your head when asked.',
  },
  FACE_LIGHT_NOT_SEEN: {
    stage: 'face',
    retry: 'user',
    meaning: 'The light of the screen could not be seen on your face: the room is too bright, the screen too dim, or the camera is not the one before you.',
    nextStep: 'Go where it is darker, set the screen to full brightness, hold it closer and try again, or choose the way without coloured light.',
  },
  FACE_LIGHT_WRONG: {
    stage: 'face',
    retry: 'user',
    meaning: 'Your face was lit by other light than this screen’s, as in a recording.',
    nextStep: 'Try again with your own camera, live, away from television sets and changing lamps.',
  },
  FACE_CHANGED: {
    stage: 'face',
    retry: 'user',
    meaning: 'The face at the end of the recording is not the face at the beginning.',
    nextStep: 'Try again alone, with the same light from beginning to end.',
  },
  FACE_COMPARISON_BELOW_THRESHOLD: {
    stage: 'face',
    retry: 'user',
    meaning: 'Your face could not be matched with the portrait in the document.',
    nextStep: 'Try once more without glasses and with even light. If it fails again, go to a counter with your document.',
  },
  FACE_EMBEDDER_MANIFEST_INVALID: {
    stage: 'face',
    retry: 'never',
    meaning: 'The description of the face recognition network is missing or incomplete.',
    nextStep: 'This is for the operator: complete the manifest.',
  },
  FACE_EMBEDDER_FILE_ALTERED: {
    stage: 'face',
    retry: 'never',
    meaning: 'The face recognition network is not the one that its description names.',
    nextStep: 'This is for the operator: restore the network, or describe and calibrate the new one.',
  },
  FACE_EMBEDDER_UNUSABLE: {
    stage: 'face',
    retry: 'never',
    meaning: 'The face recognition network cannot be read, or takes and gives something else than its description says.',
    nextStep: 'This is for the operator: compare the names and sizes in the manifest with the network.',
  },
  FACE_EMBEDDER_UNCALIBRATED: {
    stage: 'face',
    retry: 'never',
    meaning: 'It was not measured how often the face recognition network errs, so it decides nothing.',
    nextStep: 'This is for the operator: run visavis face calibrate with this network and mount it with what that writes.',
  },
  FACE_POLICY_INVALID: {
    stage: 'face',
    retry: 'never',
    meaning: 'The rules for comparing faces are not usable, so no comparison is made.',
    nextStep: 'This is for the operator: check the policy file.',
  },
  FACE_POLICY_ALTERED: {
    stage: 'face',
    retry: 'never',
    meaning: 'The rules for comparing faces, or the measurements behind them, were changed by hand.',
    nextStep: 'This is for the operator: restore the files, or measure again and seal the policy.',
  },
  FACE_POLICY_EVIDENCE_MISSING: {
    stage: 'face',
    retry: 'never',
    meaning: 'The rules for comparing faces come without the measurements behind them.',
    nextStep: 'This is for the operator: run visavis face calibrate and visavis face attack-report, then seal the policy.',
  },
  FACE_POLICY_EVIDENCE_OUTDATED: {
    stage: 'face',
    retry: 'never',
    meaning: 'The measurements behind the rules for comparing faces are older than the model that is used.',
    nextStep: 'This is for the operator: measure again with the present model.',
  },
  FACE_POLICY_EVIDENCE_OF_OTHER_MODEL: {
    stage: 'face',
    retry: 'never',
    meaning: 'The measurements behind the rules for comparing faces are of another model than the one that is used.',
    nextStep: 'This is for the operator: measure with the present model.',
  },
  FACE_POLICY_EVIDENCE_OF_OTHER_RULES: {
    stage: 'face',
    retry: 'never',
    meaning: 'The attacks were tried under other rules than those that are used.',
    nextStep: 'This is for the operator: run visavis face attack-report with the present rules.',
  },
  FACE_POLICY_EVIDENCE_TOO_SMALL: {
    stage: 'face',
    retry: 'never',
    meaning: 'Too few comparisons were measured to speak of so small an error rate.',
    nextStep: 'This is for the operator: calibrate with more people, or ask for a larger error rate.',
  },
  FACE_POLICY_THRESHOLD_OFF_CURVE: {
    stage: 'face',
    retry: 'never',
    meaning: 'A limit for comparing faces is not the one that the measurements give.',
    nextStep: 'This is for the operator: set the limit where the measured curve meets the error rate asked for, and seal the policy.',
  },
});

export type FaceFaultCode = keyof typeof faceFaults.entries;
