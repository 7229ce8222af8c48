import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const week = (...words) => spawnSync(process.execPath, ['dist/week.mjs', ...words], { encoding: 'utf8' });

test('a date has a week', () => {
  assert.equal(week('2024-12-30').stdout, '2025-W01\n');
});

test('without a date it is this week', () => {
  assert.match(week().stdout, /^\d{4}-W\d\d\n$/);
});

test('what is no date is refused', () => {
  const { status, stderr } = week('tomorrow');
  assert.equal(status, 2);
  assert.match(stderr, /not a date/);
});
