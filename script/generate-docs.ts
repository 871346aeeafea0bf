/**
 * Writes the pages of docs/ that are made from code. `--check` writes nothing and exits 1 when a page is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { attacksPage } from './pages/attacks-page.ts';
import { complaintsPage } from './pages/complaints-page.ts';
import { errorsPage } from './pages/errors-page.ts';
import { faceAttacksPage } from './pages/face-attacks-page.ts';
import { modelsPage } from './pages/models-page.ts';
import { oidcConformancePage } from './pages/oidc-conformance-page.ts';
import { recognitionPage, recognitionPlots } from './pages/recognition-page.ts';
import { signInAttacksPage } from './pages/sign-in-attacks-page.ts';
import { standardsPage } from './pages/standards-page.ts';

const pages = new Map([
  ['docs/complaints.md', complaintsPage()],
  ['docs/errors.md', errorsPage()],
  ['docs/attacks-chip.md', attacksPage()],
  ['docs/attacks-face.md', faceAttacksPage()],
  ['docs/attacks-sign-in.md', signInAttacksPage()],
  ['docs/models.md', modelsPage()],
  ['docs/oidc-conformance.md', oidcConformancePage()],
  ['docs/recognition.md', recognitionPage()],
  ...recognitionPlots(),
  ['docs/standards.md', standardsPage()],
]);

for (const [path, content] of pages) {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is stale: run node script/generate-docs.ts`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, content);
    console.log(`wrote ${path}`);
  }
}
