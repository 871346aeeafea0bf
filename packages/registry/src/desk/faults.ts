import { defineFaults } from '@visavis/kernel';

export const deskFaults = defineFaults({
  DESK_INVITATION_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'This invitation is not known, has been used, or has run out.', nextStep: 'Ask the operator for a new one.' },
  DESK_SIGN_IN_NEEDED: { stage: 'signIn', retry: 'user', meaning: 'Nobody is signed in at this desk, or the session is over.', nextStep: 'Sign in with your passkey for the desk.' },
  DESK_CHALLENGE_EXPIRED: { stage: 'signIn', retry: 'user', meaning: 'The passkey answered too late, or to another question.', nextStep: 'Try again.' },
  DESK_PASSKEY_REFUSED: { stage: 'signIn', retry: 'user', meaning: 'The passkey did not prove that you work at this desk.', nextStep: 'Use the passkey that you registered for the desk, and unlock it with PIN, finger or face.' },
  DESK_ROLE_MISSING: { stage: 'signIn', retry: 'never', meaning: 'Your role does not allow this.', nextStep: 'Ask a colleague who has the role.' },
  COUNTER_FULL: { stage: 'request', retry: 'user', meaning: 'More people are waiting for a counter than can be.', nextStep: 'Come back later.' },
  COUNTER_CODE_UNKNOWN: { stage: 'request', retry: 'user', meaning: 'This code is not known, has been used, or has run out.', nextStep: 'Check the code; if it is right, the citizen makes a new one.' },
  COUNTER_VISIT_UNKNOWN: { stage: 'request', retry: 'never', meaning: 'There is no such visit, or it is over.', nextStep: 'Begin again with a new code.' },
  COUNTER_CHECKS_INCOMPLETE: { stage: 'request', retry: 'user', meaning: 'Not everything that an agent must look at was looked at.', nextStep: 'Look at what is missing, or refuse with a reason.' },
  COUNTER_READING_UNKNOWN: { stage: 'identity', retry: 'user', meaning: 'The document was not read for this visit.', nextStep: 'Read the document again for this visit.' },
  COUNTER_OTHER_AGENT_NEEDED: { stage: 'identity', retry: 'agent', meaning: 'Two agents are needed: one looks, and another one confirms.', nextStep: 'Ask a colleague to sign in and confirm.' },
  COUNTER_NOT_READY: { stage: 'identity', retry: 'user', meaning: 'The visit has not come to this step, or is past it.', nextStep: 'Reload the visit and see what comes next.' },
  COUNTER_NOT_CONFIRMED: { stage: 'identity', retry: 'agent', meaning: 'Two agents have not confirmed this visit.', nextStep: 'Ask the agents at the counter to finish.' },
});
