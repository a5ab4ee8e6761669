/**
 * Builds what people copy from a guide: `node guides.mjs GUIDE FOLDER`. A block that names a file is bundled with the
 * others, so every name it imports has to exist; any other is read.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { compileScript, parse } from 'vue/compiler-sfc';

const [guide, folder] = process.argv.slice(2);
const root = fileURLToPath(new URL('../../', import.meta.url));
const client = (name) => join(root, `integrations/npm/src/${name}.js`);
const blocks = [...(await readFile(guide, 'utf8')).matchAll(/^```(jsx?|vue)\n(.*?)^```$/gms)];

/** A single file component as the module that its compiler makes of it. */
function compiled(text) {
  const { descriptor, errors } = parse(text);
  if (errors.length) throw errors[0];
  return compileScript(descriptor, { id: 'guide', inlineTemplate: true }).content;
}

await mkdir(folder, { recursive: true });
const files = [];
for (const [, language, text] of blocks) {
  const [, name] = /^(?:\/\/|<!--) (\w[\w./]*)/.exec(text) ?? [];
  const code = language === 'vue' ? compiled(text) : text;
  if (!name) await transform(code, { loader: language });
  else {
    files.push(join(folder, basename(name).replace('.vue', '.js')));
    await writeFile(files.at(-1), code);
  }
}
if (files.length)
  await build({
    entryPoints: files,
    bundle: true,
    write: false,
    outdir: folder,
    format: 'esm',
    jsx: 'automatic',
    loader: { '.js': 'jsx' },
    alias: { '@consent-service/client/react': client('react'), '@consent-service/client/vue': client('vue'), '@consent-service/client': client('index') },
    external: ['next/*'],
    nodePaths: [join(root, 'node_modules')],
    logOverride: { 'import-is-undefined': 'error' },
    logLevel: 'error',
  });
console.log(blocks.length);
