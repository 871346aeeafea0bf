import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Workspace packages export TypeScript; Vite bundles them like the site's own files. */
export default defineConfig({
  plugins: [react()],
  // For a Node without Web Crypto, @hpke/common would import Node's; Vite would ship an empty module in its place.
  resolve: { alias: { crypto: fileURLToPath(new URL('src/browser/web-crypto.ts', import.meta.url)) } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Two documents: citizens' pages, and those of who works at a counter.
    rollupOptions: { input: ['index.html', 'desk.html'].map((document) => fileURLToPath(new URL(document, import.meta.url))) },
    // A strict content security policy (style-src, img-src 'self') refuses data: addresses.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': { target: 'http://localhost:8080', ws: true }, '/oidc': 'http://localhost:8080' } },
});
