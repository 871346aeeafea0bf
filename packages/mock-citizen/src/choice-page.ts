import { CITIZENS } from './citizens.ts';

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** For a developer at a browser: whom to be. */
export const choicePage = (serviceName: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mock citizen</title></head>
<body>
<main>
<h1>Who signs in to ${escape(serviceName)}?</h1>
<p>Nobody here exists. Send <code>login_hint</code> to skip this page.</p>
<ul>${CITIZENS.map(({ hint, about }) => `<li><a href="?citizen=${hint}">${hint}</a>: ${escape(about)}</li>`).join('')}</ul>
</main>
</body>
</html>`;
