import path from 'node:path';
import react from '@vitejs/plugin-react';
import { type Plugin, type Rolldown, runnerImport } from 'vite';

/** Writes the documents that need no JavaScript, all in the frame of index.html. */
export function staticPages(): Plugin {
  return {
    name: 'static-pages',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const frame = bundle['index.html'];
        if (frame?.type !== 'asset') throw new TypeError('the build has no index.html');
        const root = path.join(import.meta.dirname, '..');
        const { module } = await runnerImport<typeof import('../src/static-pages.tsx')>(path.join(root, 'src/static-pages.tsx'), { root, configFile: false, logLevel: 'silent', plugins: [react()] });
        const document = String(frame.source);
        for (const page of module.staticPages()) {
          const ahead = page.ahead === undefined ? '' : `<link rel="modulepreload" crossorigin href="/${chunkOf(bundle, page.ahead)}"><link rel="preload" as="fetch" crossorigin href="/api/configuration">`;
          const source = document
            .replace('</head>', () => `${ahead}</head>`)
            .replace('<title>Visavis</title>', () => `<title>${page.title}</title>`)
            .replace('<div id="site"></div>', () => `<div id="site"${page.path === undefined ? '' : ` data-page="${page.path}"`}>${page.html}</div>`);
          if (page.file === 'index.html') frame.source = source;
          else this.emitFile({ type: 'asset', fileName: page.file, source });
        }
      },
    },
  };
}

function chunkOf(bundle: Rolldown.OutputBundle, name: string): string {
  const chunk = Object.values(bundle).find((part) => part.type === 'chunk' && part.name === name);
  if (chunk === undefined) throw new TypeError(`the build has no piece ${name}`);
  return chunk.fileName;
}
