// Writes a page for each year into the folder that is the first argument.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './src/page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];

mkdirSync(out);
for (const year of [2024, 2025, 2026]) writeFileSync(join(out, `${year}.html`), page(year));
copyFileSync(join(here, 'src/style.css'), join(out, 'style.css'));
