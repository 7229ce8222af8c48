// A year as a table: a row for each week.
import { day, parts, week, weekday } from '@almanac/dates';

export function page(year) {
  const rows = [];
  const first = day(year, 1, 4);
  for (let monday = first - weekday(first) + 1; week(monday).year === year; monday += 7) {
    const dates = [0, 1, 2, 3, 4, 5, 6].map((offset) => `<td>${parts(monday + offset).date}</td>`);
    rows.push(`<tr><th>${week(monday).week}</th>${dates.join('')}</tr>`);
  }
  return `<!doctype html>
<html lang="en">
<title>${year}</title>
<link rel="stylesheet" href="style.css">
<h1>${year}</h1>
<table>
${rows.join('\n')}
</table>
</html>
`;
}
