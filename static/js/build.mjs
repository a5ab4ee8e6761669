/**
 * Builds the snippet into static/dist: loader.core.js, center.js, page.js, modes.js, shown.js, and their
 * sizes in manifest.json.
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
 * Names by which our modules reach each other: shortened, the same way in all bundles. None of them may be a
 * name of the browser's, of the configuration, of a record or of the public interface.
 */
const OURS = `
  allow announce answered apply ask back base center choice config decide dress
  dropped empty end enter fail flush go holds kept leave link listed make marks note offer overriding place press
  put queue reflect release retry root rule run scan share show signalled speech spoken start stored turn used view words
`.trim().split(/\s+/);
const BUNDLES = {
  'loader.core.js': 'loader/main.js',
  'center.js': 'center/main.js',
  'page.js': 'page/main.js',
  'modes.js': 'modes/main.js',
  'shown.js': 'shown/main.js',
};
/** What takes its configuration as an argument, and by which name. */
const TAKES = { 'loader/main.js': 'CONFIG', 'modes/main.js': 'MODES', 'shown/main.js': 'SHOWN' };

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

/**
 * The loader is a function, so that its top level is nobody else's; the service adds the configuration and the
 * closing bracket. It does not run twice in a page, and no error of it becomes one of the page.
 */
const closed = (code, name) => `typeof window.consent?.get=="function"||function(${name}){try{${code}}catch(e){console.error(e)}}(`;

/** @param {string} entry @param {Record<string, string>} names how to shorten OURS; filled by the first bundle */
async function bundle(entry, names) {
  const { outputFiles, mangleCache } = await build({
    entryPoints: [fileURLToPath(new URL(`snippet/${entry}`, here))],
    bundle: true,
    write: false,
    format: TAKES[entry] ? 'esm' : 'iife',
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
  const compress = { passes: 6, keep_fargs: false, unsafe_arrows: true };
  const { code } = await minify(outputFiles[0].text, { toplevel: true, ecma: 2020, compress });
  return Buffer.from(TAKES[entry] ? closed(code, TAKES[entry]) : code);
}

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const sizes = (bytes) => ({ raw: bytes.length, gzip: gzip(bytes), brotli: brotliCompressSync(bytes).length });

/** What a page really loads: the core with a configuration. */
async function whole(core) {
  const sample = await readFile(new URL('sample-config.json', here), 'utf8');
  return Buffer.from(`${core}${JSON.stringify(JSON.parse(sample))});`);
}

const made = {};
const names = {};
for (const [name, entry] of Object.entries(BUNDLES)) made[name] = await bundle(entry, names);
await mkdir(dist, { recursive: true });
for (const [name, bytes] of Object.entries(made)) await writeFile(new URL(name, dist), bytes);
const manifest = Object.fromEntries(Object.entries(made).map(([name, bytes]) => [name, sizes(bytes)]));
await writeFile(new URL('manifest.json', dist), JSON.stringify(manifest, null, 2) + '\n');

const { budgets } = JSON.parse(await readFile(new URL('../../package.json', here), 'utf8'));
const loader = gzip(await whole(made['loader.core.js']));
const center = loader + manifest['center.js'].gzip;
const page = manifest['page.js'].gzip;
const modes = manifest['modes.js'].gzip;
const shown = manifest['shown.js'].gzip;
console.log(JSON.stringify({ ...manifest, 'loader with a configuration, gzip': loader, 'with the whole center, gzip': center }, null, 1));
for (const [what, size] of Object.entries({ loader, center, page, modes, shown })) {
  if (size <= budgets[what]) continue;
  console.error(`${what}: ${size} bytes gzip are more than the budget of ${budgets[what]} in package.json`);
  process.exitCode = 1;
}
