import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const rows = (year) => readFileSync(`dist/${year}.html`, 'utf8').match(/<tr>/g).length;

test('a year has 52 weeks, or 53', () => {
  assert.equal(rows(2024), 52);
  assert.equal(rows(2026), 53);
});

test('a row begins on Monday', () => {
  assert.match(readFileSync('dist/2024.html', 'utf8'), /<tr><th>1<\/th><td>1<\/td>/);
});
