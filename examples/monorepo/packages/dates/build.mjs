// Puts the package into the folder that is the first argument: sources without comment lines.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];

mkdirSync(out);
for (const name of readdirSync(join(here, 'src')).sort()) {
  const lines = readFileSync(join(here, 'src', name), 'utf8').split('\n');
  writeFileSync(join(out, name), lines.filter((line) => !line.trimStart().startsWith('//')).join('\n'));
}
writeFileSync(join(out, 'package.json'), readFileSync(join(here, 'package.json')));
