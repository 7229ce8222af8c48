// The built pages, as they will be served: run `npm run build` first.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const dist = new URL('../dist/', import.meta.url);
const pages = readdirSync(dist).filter((name) => name.endsWith('.html'));

it('has a front page', () => {
  expect(pages).toContain('index.html');
});

describe.each(pages)('%s', (name) => {
  const page = readFileSync(new URL(name, dist), 'utf8');

  it('has a title and one heading', () => {
    expect(page).toMatch(/<title>.+<\/title>/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  it('was bundled', () => {
    expect(page).toContain('/assets/');
    expect(page).not.toContain('"/src/');
  });
});
