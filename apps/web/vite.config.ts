import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressedFiles } from './build/compressed-files.ts';
import { flowPictures } from './build/flow-pictures.ts';
import { staticPages } from './build/static-pages.ts';
import { zodForReading } from './build/zod-for-reading.ts';

/** Workspace packages export TypeScript; Vite bundles them like the site's own files. */
export default defineConfig({
  plugins: [react(), zodForReading(), flowPictures(), staticPages(), compressedFiles()],
  // For a Node without Web Crypto, @hpke/common would import Node's; Vite would ship an empty module in its place.
  resolve: { alias: { crypto: fileURLToPath(new URL('src/browser/web-crypto.ts', import.meta.url)) } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A strict content security policy (style-src, img-src 'self') refuses data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Two documents: citizens' pages, and those of who works at a counter.
      input: ['index.html', 'desk.html'].map((document) => fileURLToPath(new URL(document, import.meta.url))),
      output: {
        // What the first screen needs, and what the enrolment needs besides up to the camera, each with all that it imports in
        // one piece: a dozen pieces compress worse, by a tenth of the whole.
        codeSplitting: {
          groups: [
            { name: 'first', priority: 2, test: /web\/src\/(main|site)\.tsx$/ },
            { name: 'enrolment', priority: 1, test: /web\/src\/enrolment\/enrolment-page\.tsx$/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: 'http://localhost:8080', ws: true }, '/oidc': 'http://localhost:8080' } },
});
