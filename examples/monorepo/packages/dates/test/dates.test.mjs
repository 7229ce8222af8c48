import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, parts, today, week, weekday } from '@almanac/dates';

test('days and dates are each other\'s inverse', () => {
  for (let number = day(1999, 12, 1); number < day(2001, 2, 1); number += 1) {
    const { year, month, date } = parts(number);
    assert.equal(day(year, month, date), number);
  }
});

test('weeks begin on Monday', () => {
  assert.equal(weekday(day(2024, 1, 1)), 1);
  assert.equal(weekday(day(1969, 12, 28)), 7);
});

test('the first week of a year has its first Thursday', () => {
  assert.deepEqual(week(day(2021, 1, 3)), { year: 2020, week: 53 });
  assert.deepEqual(week(day(2024, 12, 30)), { year: 2025, week: 1 });
});

test('today is the day on the clock of the place', () => {
  assert.equal(today(new Date(2024, 1, 29, 0, 1)), day(2024, 2, 29));
  assert.equal(today(new Date(2024, 1, 29, 23, 59)), day(2024, 2, 29));
});
