/** What the desk says. Apart from the catalogue of the site, which citizens load. */
export const deskTexts = {
  name: 'Visavis desk',
  skipToContent: 'Skip to content',
  loading: 'One moment',
  register: {
    title: 'Make your passkey for the desk',
    lede: 'The operator invited you. Your passkey is how this desk knows you from now on.',
    action: 'Make my passkey',
    pending: 'Making your passkey…',
    alone: 'Make it yourself, and on your own key or device: whatever is done with it is written down under your name.',
  },
  signIn: {
    title: 'Sign in at the desk',
    lede: 'For those who work at a counter. Citizens have pages of their own.',
    registered: 'Your passkey is registered. Sign in with it.',
    action: 'Sign in with my passkey',
    pending: 'Signing in…',
  },
  home: {
    signedInAs: (name: string) => `Signed in as ${name}`,
    roles: { agent: 'You receive citizens', reviewer: 'You answer appeals' },
    until: (time: string) => `Your session ends at ${time}. Sign out when you leave the screen.`,
    written: 'Whatever you do here is written down under your name, and a fingerprint of it is in the public log.',
    signOut: 'Sign out',
    signingOut: 'Signing out…',
  },
} as const;
