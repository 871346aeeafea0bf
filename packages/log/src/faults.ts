import { defineFaults } from '@visavis/kernel';

export const logFaults = defineFaults({
  LOG_PROOF_INVALID: {
    stage: 'log',
    retry: 'never',
    meaning: 'This proof does not show that the entry is in the transparency log.',
    nextStep: 'Do not rely on the entry. Ask the operator with the file in hand.',
  },
  LOG_CHECKPOINT_INVALID: {
    stage: 'log',
    retry: 'never',
    meaning: 'This state of the transparency log was not signed with the key that you hold for it.',
    nextStep: 'Check that you have the right key. If you do, the log is not the one that was promised: tell others.',
  },
  LOG_OPENING_INVALID: {
    stage: 'log',
    retry: 'never',
    meaning: 'This text is not what the log entry commits to.',
    nextStep: 'Do not rely on the text. Ask the operator with the file in hand.',
  },
  LOG_KEY_INVALID: {
    stage: 'log',
    retry: 'user',
    meaning: 'This is not the key of a transparency log.',
    nextStep: 'Copy the whole key: a name, eight hexadecimal digits and a Base64 text, with plus signs between them.',
  },
  LOG_TILE_INVALID: {
    stage: 'log',
    retry: 'never',
    meaning: 'A part of the transparency log is missing or ill-formed.',
    nextStep: 'Download it again. If it stays so, the operator does not show the whole log: tell others.',
  },
  LOG_TREE_MISMATCH: {
    stage: 'log',
    retry: 'never',
    meaning: 'The entries of the transparency log do not add up to the state that was signed.',
    nextStep: 'Keep the copy that you have: it shows that the log was tampered with. Tell others.',
  },
  LOG_UNREACHABLE: {
    stage: 'log',
    retry: 'now',
    meaning: 'The transparency log could not be read.',
    nextStep: 'Check the address and try again. If it stays so, the operator does not show the log: tell others.',
  },
  LOG_NOT_APPEND_ONLY: {
    stage: 'log',
    retry: 'never',
    meaning: 'The transparency log no longer contains what it contained before.',
    nextStep: 'Keep both signed states: together they show that the log was rewritten. Tell others.',
  },
});
