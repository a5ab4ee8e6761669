/**
 * Builds the snippet: static/dist/loader.core.js, static/dist/center.js and their sizes in manifest.json.
 * The same sources give the same bytes. A bundle heavier than its budget in package.json fails the build.
 */
import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const here = new URL('.', import.meta.url);
const dist = new URL('../dist/', here);
// Chrome and Edge 90, Safari 14, Firefox 90 and newer
const target = 'es2020';
const cssTarget = ['chrome90', 'safari14', 'firefox90'];
const BUNDLES = { 'loader.core.js': 'main.js', 'center.js': 'center.js' };

/** Style sheets become text, minified. */
const styles = {
  name: 'styles',
  setup(setup) {
    setup.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: cssTarget });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`snippet/${entry}`, here))],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    target,
    plugins: [styles],
  });
  return Buffer.from(outputFiles[0].contents);
}

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const sizes = (bytes) => ({ raw: bytes.length, gzip: gzip(bytes), brotli: brotliCompressSync(bytes).length });

/** What a page really loads: the core with a configuration around it. */
async function wrapped(core) {
  const sample = await readFile(new URL('sample-config.json', here), 'utf8');
  return Buffer.from(`(function(CONFIG){${core}})(${JSON.stringify(JSON.parse(sample))});`);
}

const made = {};
for (const [name, entry] of Object.entries(BUNDLES)) made[name] = await bundle(entry);
await mkdir(dist, { recursive: true });
for (const [name, bytes] of Object.entries(made)) await writeFile(new URL(name, dist), bytes);
const manifest = Object.fromEntries(Object.entries(made).map(([name, bytes]) => [name, sizes(bytes)]));
await writeFile(new URL('manifest.json', dist), JSON.stringify(manifest, null, 2) + '\n');

const { budgets } = JSON.parse(await readFile(new URL('../../package.json', here), 'utf8'));
const loader = gzip(await wrapped(made['loader.core.js']));
const both = loader + manifest['center.js'].gzip;
console.log(JSON.stringify({ ...manifest, 'loader with a configuration, gzip': loader, 'both, gzip': both }, null, 1));
for (const [what, size] of Object.entries({ loader, both })) {
  if (size <= budgets[what]) continue;
  console.error(`${what}: ${size} bytes gzip are more than the budget of ${budgets[what]} in package.json`);
  process.exitCode = 1;
}
