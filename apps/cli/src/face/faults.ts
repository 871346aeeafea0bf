import { defineFaults } from '@visavis/kernel';

export const faceCommandFaults = defineFaults({
  EVALUATION_IMAGES_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'The folder of photographs cannot be read.',
    nextStep: 'Give a folder that holds one folder per person, each with JPEG or JPEG 2000 files.',
  },
  EVALUATION_TOO_FEW_PEOPLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'There are too few people, or too few with a second photograph, to measure an error rate.',
    nextStep: 'Give a folder with at least ten people, two of them with two photographs or more. Rates below 1 in 10,000 need some 800 people.',
  },
  EVALUATION_TOO_FEW_PRESENTATIONS: {
    stage: 'request',
    retry: 'user',
    meaning: 'There are too few presentations with enough pictures of a face to measure how often the network errs.',
    nextStep: 'Give at least ten honest presentations and ten of each species of attack, each a folder with as many pictures as --frames asks for. With none of 150 let through, rates from 2.5 % on can be claimed.',
  },
  EVALUATION_PAIRS_MALFORMED: {
    stage: 'request',
    retry: 'user',
    meaning: 'The file of pairs is not as LFW writes them, or names a photograph that is not in the folder.',
    nextStep: 'Give a first line “folds TAB pairs”, then for each fold that many lines “name TAB number TAB number” and as many “name TAB number TAB name TAB number”.',
  },
  EVALUATION_GROUPS_MALFORMED: {
    stage: 'request',
    retry: 'user',
    meaning: 'The file of groups is not one line “person,group” for each person.',
    nextStep: 'Give the groups as the people themselves stated them; nothing is guessed from a picture.',
  },
  EVALUATION_FILE_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'A photograph cannot be read, or is larger than any that is meant.',
    nextStep: 'Check its name. It has to be JPEG or JPEG 2000, a regular file of at most four megabytes and four megapixels.',
  },
});
