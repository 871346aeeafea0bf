import type { Taxpayer } from './sessions.ts';

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const page = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Utopia Tax Office</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><div class="band"><span class="crest" aria-hidden="true">U</span><div><strong>Utopia Tax Office</strong><span>Republic of Utopia · Ministry of Finance</span></div></div></header>
<main>${main}</main>
<footer><div class="band">A demonstration. Utopia does not exist, and neither do its taxes.</div></footer>
</body>
</html>`;

export const landingPage = (): string =>
  page(
    'Your taxes',
    `<h1>Your tax account</h1>
<p class="lead">See what you owe, what you are owed, and file this year's return.</p>
<section class="card"><h2>Sign in</h2>
<p>You will be asked to share your name and date of birth with the Tax Office. Nothing else.</p>
<form method="post" action="/sign-in"><button class="button" type="submit">Sign in with Visavis</button></form></section>`,
  );

const LEVEL_WORDS: Readonly<Record<string, string>> = { eidas1: 'Low (eIDAS 1)', eidas2: 'Substantial (eIDAS 2)', eidas3: 'High (eIDAS 3)' };

export const accountPage = (taxpayer: Taxpayer): string =>
  page(
    'Your account',
    `<p class="notice" role="status">You are signed in.</p>
<h1>Welcome, <span data-testid="name">${escape(taxpayer.name)}</span></h1>
<section class="card"><h2>Who you are to us</h2>
<dl><dt>Name</dt><dd>${escape(taxpayer.name)}</dd>
<dt>Date of birth</dt><dd data-testid="birthdate">${escape(taxpayer.birthdate)}</dd>
<dt>Level of assurance</dt><dd data-testid="level">${escape(LEVEL_WORDS[taxpayer.levelOfAssurance] ?? taxpayer.levelOfAssurance)}</dd>
<dt>Your number here</dt><dd class="subject" data-testid="subject">${escape(taxpayer.subject)}</dd></dl>
<p class="small">Only the Tax Office knows you by this number. Another service gets another one.</p></section>
<section class="card"><h2>This year</h2><p>There is nothing to pay.</p></section>
<form method="post" action="/sign-out"><button class="button quiet" type="submit">Sign out</button></form>`,
  );

export const refusalPage = (words: string): string =>
  page('Not signed in', `<h1>You are not signed in</h1><p class="notice warning" role="alert">${escape(words)}</p><p><a class="button" href="/">Back to the Tax Office</a></p>`);

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#0b3d6b"/><circle cx="16" cy="16" r="12.5" fill="none" stroke="#e8c15a" stroke-width="1.5"/><path d="M11 9v8a5 5 0 0 0 10 0V9" fill="none" stroke="#e8c15a" stroke-width="3"/></svg>`;

export const STYLE = `:root{color-scheme:light;--ink:#1b1b1b;--brand:#0b3d6b;--paper:#f4f5f7;--line:#d4d8de}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;display:flex;flex-direction:column;min-height:100vh}
.band,main{width:100%;max-width:44rem;margin:0 auto;padding:0 1.25rem}
header{background:var(--brand);color:#fff;padding:1rem 0}header .band{display:flex;align-items:center;gap:.9rem}header strong{display:block;font-size:1.2rem}header span{font-size:.9rem;opacity:.9}
header .crest{display:grid;place-items:center;width:2.6rem;height:2.6rem;border:2px solid #e8c15a;border-radius:50%;color:#e8c15a;font:700 1.3rem Georgia,serif;opacity:1}
main{flex:1;padding-top:2rem;padding-bottom:2.5rem}h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .4em}h2{font-size:1.15rem;margin:0 0 .5rem}.lead{font-size:1.15rem}
.card{background:#fff;border:1px solid var(--line);border-radius:6px;padding:1.25rem;margin:1.25rem 0}
.button{display:inline-block;font:inherit;font-weight:600;background:var(--brand);color:#fff;border:2px solid var(--brand);border-radius:4px;padding:.7rem 1.3rem;cursor:pointer;text-decoration:none}
.button:hover{background:#072a4b}.button.quiet{background:#fff;color:var(--brand)}.button.quiet:hover{background:#e8eef5}.button:focus-visible,a:focus-visible{outline:3px solid #e8a400;outline-offset:2px}
.notice{background:#e5f3e8;border-left:5px solid #1d7a3a;padding:.7rem 1rem;margin:0 0 1rem}.warning{background:#fdf1e0;border-color:#b45f06}
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.5rem 1.25rem;margin:0}dt{color:#4b5563}dd{margin:0;font-weight:600}.subject{font:500 .85rem ui-monospace,monospace;overflow-wrap:anywhere}.small{font-size:.9rem;color:#4b5563;margin-bottom:0}
footer{border-top:1px solid var(--line);padding:1rem 0;color:#4b5563;font-size:.9rem}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.6rem}}`;
