// Calendar arithmetic on days, which are counted from 1970-01-01.

// The day on which the date object's wall clock is, where the program runs.
export function today(now = new Date()) {
  return day(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

export function day(year, month, date) {
  return Math.floor(Date.UTC(year, month - 1, date) / 86_400_000);
}

export function parts(number) {
  const d = new Date(number * 86_400_000);
  return { year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, date: d.getUTCDate() };
}

// Monday is 1, Sunday is 7.
export function weekday(number) {
  return ((((number + 3) % 7) + 7) % 7) + 1;
}

// ISO 8601: the week that has the year's first Thursday is its first.
export function week(number) {
  const thursday = number - weekday(number) + 4;
  const { year } = parts(thursday);
  return { year, week: Math.floor((thursday - day(year, 1, 1)) / 7) + 1 };
}
