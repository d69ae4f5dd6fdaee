// Build every bundle into service/web/static/dist, with names that change with their content, and a
// manifest.json from the plain name to the built one: {"app.js": "app.AB12CD34.js", …}.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import iconNames from './icons/names.json' with { type: 'json' };

const here = path.dirname(fileURLToPath(import.meta.url));
const output = path.resolve(here, '../service/web/static/dist');

const manifest = {};

function note(plainName, builtName) {
  if (plainName in manifest) {
    throw new Error(`Two outputs are called ${plainName}: rename one of their sources.`);
  }
  manifest[plainName] = builtName;
}

/** What all bundles have in common. */
const common = {
  absWorkingDir: here,
  outdir: output,
  bundle: true,
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  charset: 'utf8',
  legalComments: 'linked',
  loader: { '.woff2': 'file' },
  entryNames: '[name].[hash]',
  chunkNames: 'shared.[hash]',
  assetNames: '[name].[hash]',
  metafile: true,
  logLevel: 'warning',
};

async function buildBundles() {
  const pages = { app: 'entries/app.js', diagram: 'entries/diagram.js', form: 'entries/form.js' };
  noteAll(await build({ ...common, entryPoints: pages, splitting: true, format: 'esm' }));
  // A sealed frame has no origin: it may load a plain script, but no module.
  noteAll(
    await build({
      ...common,
      entryPoints: { preview_frame: 'entries/preview_frame.js' },
      format: 'iife',
      // pdf.js looks there for files of its own, none of which the frame may load.
      define: { 'import.meta.url': '""' },
    }),
  );
}

function noteAll(result) {
  if (result.warnings.length > 0) {
    throw new Error('The build has warnings: correct what is listed above.');
  }
  for (const [file, { entryPoint, inputs }] of Object.entries(result.metafile.outputs)) {
    const built = path.basename(file);
    if (entryPoint) {
      note(path.basename(entryPoint), built);
    } else if (built.endsWith('.css')) {
      note(built.replace(/\.[A-Z0-9]{8}\.css$/, '.css'), built);
    } else if (built.endsWith('.woff2')) {
      note(path.basename(Object.keys(inputs)[0]), built);
    }
  }
}

/** The few icons in use as one file: <use href="…/icons.<hash>.svg#name">. */
function buildIcons() {
  const symbols = iconNames.map((name) => {
    const source = readFileSync(path.join(here, 'node_modules/bootstrap-icons/icons', `${name}.svg`), 'utf8');
    const [, viewBox] = source.match(/viewBox="([^"]+)"/);
    const body = source.replace(/^[^>]*>/, '').replace(/<\/svg>\s*$/, '');
    return `<symbol id="${name}" viewBox="${viewBox}" fill="currentColor">${body.trim()}</symbol>`;
  });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
  const hash = createHash('sha256').update(sprite).digest('hex').slice(0, 8).toUpperCase();
  const built = `icons.${hash}.svg`;
  writeFileSync(path.join(output, built), sprite);
  note('icons.svg', built);
}

function report() {
  for (const [plainName, built] of Object.entries(manifest).sort()) {
    const content = readFileSync(path.join(output, built));
    const kilobytes = (content.length / 1024).toFixed(0).padStart(5);
    const zipped = (gzipSync(content).length / 1024).toFixed(0).padStart(4);
    console.log(`${kilobytes} kB  ${zipped} kB gzip  ${plainName}`);
  }
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await buildBundles();
buildIcons();
writeFileSync(path.join(output, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
report();
