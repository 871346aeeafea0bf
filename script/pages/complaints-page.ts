interface Row {
  readonly complaint: string;
  readonly sees: string;
  /** Not answered by the system as it stands. */
  readonly missing?: string;
  readonly test: { readonly file: string; readonly name: string };
  readonly picture?: string;
}

const here = (name: string): Row['test'] => ({ file: 'test/browser/complaints.test.ts', name });

/** What people complain about in today's systems of digital identity, and what each finds here. */
export const complaints: readonly Row[] = [
  {
    complaint: 'Reading the chip fails or drops',
    sees: 'What happened, where to lay the passport, and “Try again”: the same sealed room reads anew, and nothing is typed twice.',
    test: here('reads a chip again that was lost midway, and asks for nothing twice'),
    picture: 'complaint-chip-lost',
  },
  {
    complaint: 'My document is not accepted',
    sees: 'The reason by its code, and the counter as the way on. A passport without a chip, or of an unknown state, is for a person to look at, not refused for good.',
    test: here('says of a document from a state it does not know that a person should look, and why'),
    picture: 'complaint-document',
  },
  {
    complaint: 'No other way than my face',
    sees: 'Two doors of the same size on the first page, in a document that needs no JavaScript. No service is told which one was taken.',
    test: here('offers both doors in equal weight before a line of code has run'),
    picture: 'flow-doors',
  },
  {
    complaint: 'Locked out, no explanation, no human',
    sees: 'Each refusal with its meaning, a next step, a code that says nothing about the person, and the way to a counter.',
    test: here('gives the reason, a next step, a code and a way to a human with every refusal'),
    picture: 'complaint-refused',
  },
  {
    complaint: 'The right person is refused, some more often than others',
    sees: 'Coaching about light and distance, a choice of movements before anything is judged, a second try in the same room, and the counter. Error rates are in [recognition.md](recognition.md); no laboratory has measured groups of people.',
    test: here('lets a citizen say which movements they cannot do, before anything is judged'),
    picture: 'complaint-movements',
  },
  {
    complaint: 'The wrong thing is accepted',
    sees: 'A photograph before the camera is refused. [attacks-face.md](attacks-face.md) has every attack that is tried, and which still pass.',
    test: here('does not take a photograph for a person'),
    picture: 'complaint-photograph',
  },
  {
    complaint: 'It forces Google or Apple on me',
    sees: 'A web page in any up-to-date browser: no shop, no account with a maker of telephones, no request to anybody else.',
    test: here('goes from the first page to signed in with a plain browser, shows each step, and asks for a consent once'),
    picture: 'flow-account',
  },
  {
    complaint: 'A forgotten PIN means a trip to the office',
    sees: 'There is no PIN. Who has lost every device comes back in with the passport and the face, after a day of waiting.',
    test: here('has a way back for who lost every device, and no code to forget'),
    picture: 'complaint-recover',
  },
  {
    complaint: 'It can’t be used blind, with one hand, or by the old',
    sees: 'Every step by keyboard, on the narrowest screen, with words for a screen reader; prompts without time pressure; other movements for who cannot do some.',
    test: { file: 'test/browser/enrolment.test.ts', name: 'enrols on a narrow, dark screen with nothing but the keyboard, always seeing where it is' },
    picture: 'complaint-movements',
  },
  {
    complaint: 'A new phone, a second device, a backup',
    sees: 'A code and a number to compare bring another device in; each has a name, a lock and a way out.',
    test: { file: 'test/browser/devices.test.ts', name: 'a citizen adds a second device by its code, names it, locks and removes it, and freezes and thaws the identity' },
    picture: 'complaint-new-device',
  },
  {
    complaint: 'Phished through a genuine QR code',
    sees: 'A code that changes every few seconds, so that a picture sent on is too old, and a number that only the screen in front of the citizen shows. Against somebody who relays the moving picture live to a victim who also picks the number it does not stand ([0172](decisions/0172-a-phone-approves-a-computer.md)).',
    test: here('shows a code that moves and a number to compare, where a phone approves a computer'),
    picture: 'complaint-phished',
  },
  {
    complaint: '“Highest security” that was none',
    sees: 'What each claim rests on and the command that checks it. The server decides and the phone only carries; a face check on the web claims `eidas2` at most.',
    test: here('says what was measured, and where anybody can check it'),
    picture: 'complaint-proofs',
  },
  {
    complaint: 'Traces stay behind',
    sees: 'A signed receipt of what was processed, when it ended and what is kept until when, checked in the page.',
    test: here('goes from the first page to signed in with a plain browser, shows each step, and asks for a consent once'),
    picture: 'complaint-traces',
  },
  {
    complaint: 'Refused at the counter, where nobody knows the proof',
    sees: 'A proof of chosen details for one person and one purpose, as a link and a code: whoever is shown it checks it in any browser, without training, without an account, and only as often and as long as the citizen said.',
    test: { file: 'test/browser/shared-proof.test.ts', name: 'a citizen shows two attributes to a landlord, who looks once in their own browser and nothing else learns of it' },
    picture: 'complaint-counter',
  },
  {
    complaint: 'Asked for consent at every sign-in',
    sees: 'A consent is asked for once for each service, remembered, and taken back on the account page.',
    test: here('goes from the first page to signed in with a plain browser, shows each step, and asks for a consent once'),
    picture: 'complaint-consent',
  },
];

export function complaintsPage(): string {
  const rows = complaints.map(({ complaint, sees, missing, test, picture }, i) =>
    `| ${i + 1} | ${complaint} | ${sees}${missing === undefined ? '' : ` **Not yet:** ${missing}`} | ${test.name} ([${test.file.split('/').at(-1)!}](../${test.file})) | ${picture === undefined ? '' : `<img src="pictures/${picture}.webp" alt="" width="320">`} |`,
  );
  return `# What people complain about, and what they find here

Fifteen complaints about systems of digital identity that are in use, each with what a person sees here, the browser test
that goes there in the running system, and the picture that it takes. \`npm run pictures\` takes them anew.

Generated by \`node script/generate-docs.ts\`.

| | Complaint | What the person sees | Test | Picture |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
