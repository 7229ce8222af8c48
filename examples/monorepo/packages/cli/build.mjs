// Puts the program into the folder that is the first argument.
import { chmodSync, cpSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];

cpSync(join(here, 'src'), out, { recursive: true });
copyFileSync(join(here, 'package.json'), join(out, 'package.json'));
chmodSync(join(out, 'week.mjs'), 0o755);
