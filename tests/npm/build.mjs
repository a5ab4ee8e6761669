/**
 * Builds the small sites of the journeys: `node build.mjs FOLDER`. Each has a bundle for the browser, and its
 * pages as a server would render them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = resolve(process.argv[2]);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const client = (name) => here(`../../integrations/npm/src/${name}.js`);
const OURS = { '@consent-service/client/react': client('react'), '@consent-service/client/vue': client('vue'), '@consent-service/client': client('index') };
const SITES = {
  'react-19': ['react', {}],
  'react-18': ['react', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  'vue-3': ['vue', {}],
};
const SUFFIX = { react: 'jsx', vue: 'js' };
const PAGES = { react: ['part', 'whole'], vue: ['part'] };

async function bundle(entry, alias, options) {
  await build({
    entryPoints: [here(entry)],
    bundle: true,
    jsx: 'automatic',
    alias: { ...OURS, ...alias },
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
    logLevel: 'error',
    ...options,
  });
}

for (const [name, [kind, alias]] of Object.entries(SITES)) {
  const place = `${folder}/${name}`;
  await mkdir(place, { recursive: true });
  await bundle(`${kind}-client.${SUFFIX[kind]}`, alias, { outfile: `${place}/client.js`, format: 'iife' });
  // the servers' own code asks for modules of Node by require
  await bundle(`${kind}-server.${SUFFIX[kind]}`, alias, { outfile: `${place}/server.cjs`, format: 'cjs', platform: 'node' });
  const { render } = (await import(pathToFileURL(`${place}/server.cjs`))).default;
  for (const page of PAGES[kind]) {
    for (const loading of [true, false]) await writeFile(`${place}/${page}-${loading ? 'loads' : 'tag'}.html`, await render(page, loading));
  }
}
