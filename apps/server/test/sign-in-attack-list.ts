/** A class of attacks that other systems fell to, and what became of it here. */
export interface AttackClass {
  /** With where it happened. */
  readonly attack: string;
  /** Why it does not work here, in our words. */
  readonly refusedBecause: string;
  /** Where that is shown: a file, and how its tests begin. */
  readonly tests: readonly (readonly [file: string, ...begins: string[]])[];
}

const HERE = 'apps/server/test';
const RACES = `${HERE}/single-use.integration.test.ts`;
const PROVIDER = `${HERE}/provider.integration.test.ts`;
const ATTACKS = `${HERE}/provider-attacks.integration.test.ts`;
const PAGE = `${HERE}/sign-in-attacks.integration.test.ts`;
const DEVICES = `${HERE}/devices.integration.test.ts`;
const SIGN_IN = `${HERE}/sign-in.integration.test.ts`;
const BINDING = `${HERE}/bind-identity.integration.test.ts`;
const FUZZ = `${HERE}/provider-fuzz.integration.test.ts`;
const SERVICES = 'packages/signin/src/parse-services.test.ts';
const OUTGOING = 'packages/signin/src/outgoing-fetch.test.ts';

export const ATTACK_CLASSES: readonly AttackClass[] = [
  {
    attack: 'a code redeemed twice at the same moment (supabase/auth#2613)',
    refusedBecause: 'The statement that stores the token spends the code: one finds it unspent. Whoever comes second ends the grant and every token of it. The same holds for a pushed request, a client assertion, a challenge, an answer of the page and the way back from it.',
    tests: [[RACES, 'a code, ', 'a pushed request, '], [PROVIDER, 'an assertion counts once'], [PAGE, 'a yes and a no', 'one answer to one challenge']],
  },
  { attack: 'a code of one service in the hands of another (CVE-2026-55672)', refusedBecause: 'A code belongs to the service it was made for, whoever else proves themselves well. There are no refresh tokens.', tests: [[PROVIDER, "a code is worth nothing to another service"], [SIGN_IN, 'a code is worth nothing with another verifier']] },
  { attack: 'a way back that only looks like the registered one (CVE-2026-3872, CVE-2026-7504, CVE-2023-6291)', refusedBecause: 'Addresses are compared letter by letter, and one that a browser would spell otherwise, or with a wildcard, can not be registered.', tests: [[ATTACKS, 'the registered ones are', '%s is not the registered address'], [SERVICES, "%s is refused, and it is said why"], [FUZZ, '/auth, by link and by form']] },
  { attack: 'a user name or port in the way back (CVE-2024-8883)', refusedBecause: 'The same comparison.', tests: [[ATTACKS, '%s is not the registered address']] },
  { attack: 'parameters planted in the answer (CVE-2026-9689)', refusedBecause: 'What a service sends as its state comes back as one value, and a parameter that comes twice is refused.', tests: [[ATTACKS, "a state can't add parameters"]] },
  { attack: 'a sign-in that a stranger began, ended by the victim (CVE-2026-7507)', refusedBecause: 'A sign-in is gone on with only by the browser that began it: its cookies are signed, and the way back works once.', tests: [[ATTACKS, "a sign-in that somebody began"], [PAGE, 'a proof counts for the sign-in that it was made for']] },
  { attack: "somebody else's session on a shared browser (CVE-2025-12390)", refusedBecause: 'Every sign-in takes the passkey: no session carries one on. Whoever was there before is signed out first.', tests: [[ATTACKS, 'a cookie of the provider that a stranger planted'], [SIGN_IN, 'another citizen on the same browser', 'what one person was shown'], [PROVIDER, 'another person on the same browser']] },
  { attack: 'a step left out by beginning again (CVE-2026-94218)', refusedBecause: 'A proof is kept under the one sign-in it was made for; without proof, or without consent, going on ends before a page.', tests: [[DEVICES, '…: …, and no device is added'], [PAGE, 'a proof counts for the sign-in', 'who goes on before the page was answered', 'nor after the passkey'], [SIGN_IN, 'consent before the passkey']] },
  { attack: "a passkey added to somebody else's account (CVE-2026-105209)", refusedBecause: "The first passkey of an identity is bound by the key that the verdict names, over the passkey itself; somebody else's enrolment gives no options for one. A further one waits until a known passkey of the same identity confirms exactly it.", tests: [[DEVICES, '…: …, and no device is added'], [BINDING, "somebody else's enrolment gives no passkey options", 'two different concurrent requests of one enrolment']] },
  { attack: 'a cookie made up to set the first credential (CVE-2026-119128)', refusedBecause: 'No cookie says who somebody is but a random one whose hash the server keeps, and no cookie lets anybody make a first passkey: that takes the signature of the enrolled device.', tests: [[DEVICES, '…: …, and no device is added'], [PAGE, 'a session that the server did not make', "an enrolment's first passkey"]] },
  { attack: 'an account taken in advance by a forged answer of another provider (CVE-2026-105215)', refusedBecause: 'Does not apply: an identity is made from a document and nothing else, and no other provider is asked. What is shown: there is no address that would take such an answer; nor can a document be enrolled before its holder, or after.', tests: [[PAGE, '%s: nothing here takes one'], [BINDING, 'a second device can not enrol a document again']] },
  { attack: "another provider's account linked without a second factor (CVE-2026-105207)", refusedBecause: 'Does not apply: no account anywhere else can be linked. What is shown is the same.', tests: [[PAGE, '%s: nothing here takes one']] },
  { attack: 'the host of a request in links and addresses (GHSA-2wmj-46rj-qm2w)', refusedBecause: 'Our addresses are made from the configured origin, whatever a header says.', tests: [[ATTACKS, 'the address that a caller says we have']] },
  { attack: 'the server sent to places inside by an address a service gave (CVE-2026-4874)', refusedBecause: 'Addresses are registered by an operator, https and by name, and a connection to an inner address is closed before anything is sent. Sectors and requests are never fetched.', tests: [[OUTGOING, '%s is inside'], [PROVIDER, 'an address for keys that leads elsewhere'], [SERVICES, '%s is refused, and it is said why']] },
  { attack: 'a logout that nobody asked for (CVE-2026-18569)', refusedBecause: "We take no logout tokens. A service's logout needs an ID token that we signed, for this citizen's session; else the citizen is asked.", tests: [[PROVIDER, "a stranger's link signs nobody out", 'who is asked and says yes'], [ATTACKS, 'an id_token with %s is no hint']] },
  { attack: 'no signature, a public key as a secret, a key of its own, a ciphertext that grows', refusedBecause: 'Algorithms are registered, keys are the registered ones, and what is encrypted to us is not opened.', tests: [[PROVIDER, "an assertion by no key"], [ATTACKS, 'an id_token with %s is no hint', 'an encrypted assertion that would grow']] },
  { attack: 'a proof made for somebody else (audience injection)', refusedBecause: 'An assertion names this issuer and nothing else, and counts once. DPoP is not offered yet.', tests: [[PROVIDER, 'an assertion %s', 'an assertion counts once']] },
  { attack: 'script and foreign addresses in pages of errors and logout (CVE-2026-29191)', refusedBecause: "A stranger's words are escaped, pages may run nothing, and nobody is sent where no service registered.", tests: [[ATTACKS, "a stranger's words are words"], [PROVIDER, "a stranger's link signs nobody out"]] },
  { attack: 'a verifier that takes a credential shown to somebody else', refusedBecause: 'Does not apply yet: no credentials are presented here. What is nearest, a proof in one sign-in carried to another, is refused.', tests: [[PAGE, 'a proof counts for the sign-in that it was made for'], [SIGN_IN, "a challenge for the citizen's own pages"]] },
  {
    attack: 'one text that two parsers read in two ways, and letters that look alike (Tchap, CVE-2019-11340)',
    refusedBecause: 'Everything is parsed once, by one parser, and a JSON member that comes twice is refused. Claims are those of a catalogue, letter by letter. A name that citizens are shown has no invisible characters and no word of two alphabets; a whole name in another alphabet is left to the operator who registers it.',
    tests: [[PAGE, 'a claims parameter with %s', 'a body with a member twice', 'a claim whose name has %s'], [ATTACKS, '%s are refused, not a failure', 'in an id are an unknown id', 'that look like those'], [SERVICES, 'a name with %s', '%s is a name', 'two services of one name']],
  },
];
