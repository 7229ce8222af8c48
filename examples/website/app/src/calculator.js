// Connects the form of calculator.html to the arithmetic in dough.js.
import { dough, grams } from './dough.js';

const form = document.querySelector('form');
const table = document.querySelector('#ingredients');

function show() {
  const wanted = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, Number(v)]));
  if (!form.checkValidity()) return;
  table.replaceChildren(
    ...Object.entries(dough(wanted)).map(([name, amount]) => {
      const row = document.createElement('tr');
      for (const text of [name, grams(amount)]) row.insertCell().textContent = text;
      return row;
    }),
  );
}

form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
show();
