/**
 * Builds the snippet: static/dist/loader.core.js, static/dist/center.js and their sizes in manifest.json.
 * The same sources give the same bytes. A bundle heavier than its budget in package.json fails the build.
 */
import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'terser';

const here = new URL('.', import.meta.url);
const dist = new URL('../dist/', here);
// older browsers block and ask as well, without our style sheet: they know no @layer
const target = ['es2021', 'chrome99', 'safari15.4', 'firefox97'];
/**
 * Names by which our modules reach each other: shortened, the same way in both bundles. None of them may be a
 * name of the browser's, of the configuration, of a record or of the public interface.
 */
const OURS = `
  address announce answered apply ask askSignal back base choose config decide deviating dress dropped
  empty enter fail flush keep kept leave link listed make marks mount note overriding part press
  question queue reread retry root rule run scan settle show snapshot speak speech spoken stored trust
  update used view wanted words
`.trim().split(/\s+/);
const BUNDLES = { 'loader.core.js': 'main.js', 'center.js': 'center.js' };

/**
 * Nothing of a page may reach into what we show: in a layer, !important wins over all that stands outside
 * one. The properties of the theme stay open to the site. Each declaration stands on a line of its own.
 */
const guarded = (css) => `@layer consent{${css.replace(/^(\s*(?!--)[a-z-]+: [^{}]+?);$/gm, '$1 !important;')}}`;

/** Style sheets become text, minified. */
const styles = {
  name: 'styles',
  setup(setup) {
    setup.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(guarded(await readFile(path, 'utf8')), { loader: 'css', minify: true, target });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** @param {string} entry @param {Record<string, string>} names how to shorten OURS; filled by the first bundle */
async function bundle(entry, names) {
  const { outputFiles, mangleCache } = await build({
    entryPoints: [fileURLToPath(new URL(`snippet/${entry}`, here))],
    bundle: true,
    write: false,
    // the service puts a function around the loader, so that its top level is nobody else's
    format: entry === 'main.js' ? 'esm' : 'iife',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    target,
    mangleProps: RegExp(`^(${OURS.join('|')})$`),
    mangleCache: names,
    plugins: [styles],
  });
  Object.assign(names, mangleCache);
  // the names that terser gives compress better
  const compress = { passes: 3, keep_fargs: false, unsafe_arrows: true };
  const { code } = await minify(outputFiles[0].text, { toplevel: true, ecma: 2020, compress });
  return Buffer.from(code);
}

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const sizes = (bytes) => ({ raw: bytes.length, gzip: gzip(bytes), brotli: brotliCompressSync(bytes).length });

/** What a page really loads: the core with a configuration around it. */
async function wrapped(core) {
  const sample = await readFile(new URL('sample-config.json', here), 'utf8');
  return Buffer.from(`(function(CONFIG){${core}})(${JSON.stringify(JSON.parse(sample))});`);
}

const made = {};
const names = {};
for (const [name, entry] of Object.entries(BUNDLES)) made[name] = await bundle(entry, names);
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
