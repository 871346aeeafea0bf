import type { ServiceFault } from '@visavis/service-sdk';
import type { Customer } from './sign-in.ts';

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const page = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Bank of Utopia</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><div class="band"><img src="/icon.svg" alt="" width="40" height="40"><strong>Bank of Utopia</strong></div></header>
<main>${main}</main>
<footer><div class="band">A demonstration. Neither this bank nor its money exists.</div></footer>
</body>
</html>`;

export const landingPage = (): string =>
  page(
    'Open an account',
    `<h1>Open an account in a minute</h1>
<p class="lead">No form, no letter, no branch: show who you are with your digital identity.</p>
<section class="card"><h2>What we ask for</h2>
<p>The law wants us to know your <strong>names</strong> and your <strong>date of birth</strong>, proven at the level “substantial” at least.</p>
<p>We would also like to know your <strong>nationality</strong>. You can say no to that, and open the account all the same.</p>
<form method="post" action="/sign-in"><button class="button" type="submit">Continue with Visavis</button></form></section>`,
  );

const LEVEL_WORDS: Readonly<Record<Customer['levelOfAssurance'], string>> = { eidas1: 'Low (eIDAS 1)', eidas2: 'Substantial (eIDAS 2)', eidas3: 'High (eIDAS 3)' };

const row = (term: string, testId: string, value: string | undefined, absent: string): string => `<dt>${term}</dt><dd data-testid="${testId}"${value === undefined ? ' class="absent"' : ''}>${escape(value ?? absent)}</dd>`;

export function accountPage({ subject, levelOfAssurance, claims }: Customer, accountNumber: string): string {
  const name = [claims.given_name, claims.family_name].filter((part) => part !== undefined).join(' ');
  return page(
    'Your account',
    `<p class="notice" role="status">Your account is open.</p>
<h1>Welcome, <span data-testid="name">${escape(name)}</span></h1>
<section class="card"><h2>Account <span class="number" data-testid="account">${escape(accountNumber)}</span></h2><p class="balance">0.00 <span>crowns</span></p></section>
<section class="card"><h2>What we were told</h2>
<dl>${row('Given names', 'given-name', claims.given_name, 'Your document has none')}
${row('Family name', 'family-name', claims.family_name, 'Not told')}
${row('Date of birth', 'birthdate', claims.birthdate, 'Not told')}
${row('Nationality', 'nationality', claims.nationality, 'You did not tell us, which is fine')}
${row('Proven at level', 'level', LEVEL_WORDS[levelOfAssurance], '')}
<dt>Your number here</dt><dd class="number" data-testid="subject">${escape(subject)}</dd></dl>
<p class="small">Nothing else was passed to us, and no other service knows you by this number.</p></section>
<form method="post" action="/sign-out"><button class="button quiet" type="submit">Sign out here and at Visavis</button></form>`,
  );
}

export const signedOutPage = (): string => page('Signed out', `<h1>You are signed out</h1><p>Here, and at Visavis in this browser.</p><p><a class="button" href="/">Back to the bank</a></p>`);

export const refusalPage = (words: string, fault?: ServiceFault): string =>
  page('No account opened', `<h1>No account was opened</h1><p class="notice warning" role="alert">${escape(words)}</p>${fault === undefined ? '' : `<p class="small">For our support: <code>${fault.code}</code></p>`}<p><a class="button" href="/">Back to the bank</a></p>`);

const WORDS: Partial<Readonly<Record<ServiceFault['code'], string>>> = {
  SERVICE_SIGN_IN_DECLINED: 'You chose not to share your details, or your identity was proven at too low a level. Nothing was passed to us.',
  SERVICE_LEVEL_TOO_LOW: 'Your identity was proven at too low a level for a bank account. A counter can raise it.',
  SERVICE_PROVIDER_UNREACHABLE: 'The identity service cannot be reached at the moment. Please try again in a minute.',
};

/** What a customer reads of a fault; the rest is for whoever runs the bank. */
export const wordsFor = ({ code }: ServiceFault): string => WORDS[code] ?? 'The identity service did not confirm who you are. Please start again.';

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#14532d"/><path d="M5 13 16 6l11 7zM7 15h4v8H7zm7 0h4v8h-4zm7 0h4v8h-4zM5 25h22v2H5z" fill="#d9f99d"/></svg>`;

export const STYLE = `:root{color-scheme:light dark;--ink:#1a1f1b;--soft:#4c5a50;--brand:#14532d;--on-brand:#fff;--paper:#f3f6f3;--card:#fff;--line:#cfd8d1;--told:#e4f2e7;--warn:#fdf1e0;--warn-line:#b45f06}
@media(prefers-color-scheme:dark){:root{--ink:#e8efe9;--soft:#b1beb4;--brand:#86efac;--on-brand:#0c1f13;--paper:#101713;--card:#18211b;--line:#35433a;--told:#173422;--warn:#3a2a10;--warn-line:#f0b35b}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;display:flex;flex-direction:column;min-height:100vh}
.band,main{width:100%;max-width:44rem;margin:0 auto;padding:0 1.25rem}
header{background:var(--card);border-bottom:1px solid var(--line);padding:.9rem 0}header .band{display:flex;align-items:center;gap:.8rem}header strong{font-size:1.2rem}
main{flex:1;padding-top:2rem;padding-bottom:2.5rem}h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .4em;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:0 0 .5rem}.lead{font-size:1.15rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin:1.25rem 0}
.button{display:inline-block;font:inherit;font-weight:600;background:var(--brand);color:var(--on-brand);border:2px solid var(--brand);border-radius:999px;padding:.7rem 1.4rem;cursor:pointer;text-decoration:none}
.button.quiet{background:transparent;color:var(--brand)}.button:focus-visible,a:focus-visible{outline:3px solid #e8a400;outline-offset:2px}
.notice{background:var(--told);border-left:5px solid var(--brand);padding:.7rem 1rem;margin:0 0 1rem}.warning{background:var(--warn);border-color:var(--warn-line)}
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.5rem 1.25rem;margin:0}dt{color:var(--soft)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}.absent{font-weight:400;font-style:italic}
.number{font:500 .9em ui-monospace,monospace;overflow-wrap:anywhere}.balance{font-size:2rem;font-weight:700;margin:0}.balance span{font-size:1rem;font-weight:400}.small{font-size:.9rem;color:var(--soft);margin-bottom:0}
footer{border-top:1px solid var(--line);padding:1rem 0;color:var(--soft);font-size:.9rem}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.6rem}}`;
