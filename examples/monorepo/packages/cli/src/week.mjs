#!/usr/bin/env node
// Prints the week of a date: `week 2024-12-30`; without one, of today.
import { day, today, week } from '@almanac/dates';

const text = process.argv[2];
const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '');
if (text && !match) {
  console.error(`week: \`${text}\` is not a date like 2024-12-30`);
  process.exit(2);
}
const number = match ? day(...match.slice(1).map(Number)) : today();
const { year, week: count } = week(number);
console.log(`${year}-W${String(count).padStart(2, '0')}`);
