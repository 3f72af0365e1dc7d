// Bundles every entry of src/ into OUT with hashed names, and writes what a page needs to find them (manifest.json),
// the licences of everything inside, and the fonts of the printed report.
//   node build.mjs [OUT [FONTS]]
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partOfBootstrap } from './src/build/part-of-bootstrap.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? `${root}/../static/dist`);
const fonts = resolve(process.argv[3] ?? `${root}/../static/fonts`);
const entries = ['base', 'form', 'diagram', 'difference', 'chart', 'modeler', 'tables', 'form-editor', 'text-editor'];
const noto = '@expo-google-fonts/noto-sans-sc';

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await mkdir(fonts, { recursive: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.js`])),
  outdir: out,
  bundle: true, minify: true, splitting: true, format: 'esm', target: 'es2022',
  entryNames: '[name]-[hash]', chunkNames: 'chunk-[hash]', assetNames: '[name]-[hash]',
  // Old font formats are not shipped; an SVG font alone would add 136 kB to the style sheet.
  loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  legalComments: 'linked',
  plugins: [partOfBootstrap],
  metafile: true, logLevel: 'warning',
});

const inOut = (file) => relative(out, resolve(root, file)).replaceAll('\\', '/');

/** Chunks the entry imports statically, its own not counted; those of import() load by themselves. */
function chunks(file, seen = new Set()) {
  for (const { kind, path } of metafile.outputs[file].imports) {
    if (kind !== 'import-statement' || seen.has(path)) continue;
    seen.add(path);
    chunks(path, seen);
  }
  return [...seen];
}

const manifest = {};
for (const [file, info] of Object.entries(metafile.outputs)) {
  // What a script loads by itself is an entry to esbuild, but none that a page names.
  if (!entries.some((name) => info.entryPoint === `src/${name}.js`)) continue;
  manifest[basename(info.entryPoint, '.js')] = {
    js: inOut(file),
    css: info.cssBundle ? [inOut(info.cssBundle)] : [],
    preload: chunks(file).map(inOut),
  };
}

/** Names of the packages that gave the bundle at least one byte. */
function bundled() {
  const names = new Set([noto]);
  for (const output of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = bytesInOutput && /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
      if (name) names.add(name[1]);
    }
  }
  return [...names].sort();
}

/** The files that say under which terms a package comes; some lie in a folder of their own. */
async function papers(folder) {
  const found = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => /^(licen[cs]e|copying|notice|ofl)/i.test(name));
  const names = found.sort((a, b) => (a.name < b.name ? -1 : 1)).map(async (each) => {
    const path = `${folder}/${each.name}`;
    return each.isDirectory() ? (await readdir(path)).sort().map((name) => `${path}/${name}`) : [path];
  });
  return (await Promise.all(names)).flat();
}

async function notice(name) {
  const folder = `${root}/node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const texts = await Promise.all((await papers(folder)).map((file) => readFile(file, 'utf8')));
  const text = texts.join('\n').trim() || `(The package holds no licence file; its package.json says: ${license ?? 'nothing'}.)`;
  const line = '='.repeat(80);
  return `${line}\n${name} ${version}\n${line}\n${text}\n\n`;
}

const notices = await Promise.all(bundled().map(notice));
await writeFile(`${out}/THIRD-PARTY-LICENSES.txt`, notices.join(''));
for (const weight of ['400Regular', '700Bold']) {
  await copyFile(`${root}/node_modules/${noto}/${weight}/NotoSansSC_${weight}.ttf`, `${fonts}/NotoSansSC_${weight}.ttf`);
}
// Last, so that a manifest means a whole bundle.
await writeFile(`${out}/manifest.json`, JSON.stringify(manifest, null, 1));
