// @ts-check
// Runs in the page of the kill matrix: searches, filters, and opens the claim that the address names.
{
  const form = document.querySelector('#filter');
  const search = document.querySelector('#search');
  const unsettled = document.querySelector('#unsettled');
  const shown = document.querySelector('#shown');
  const groups = [...document.querySelectorAll('[data-group]')];
  const rows = new Map([...document.querySelectorAll('[data-row]')].map((row) => [row.dataset.row, row]));
  const claims = [...document.querySelectorAll('[data-claim]')].map((element) => ({
    element,
    row: rows.get(element.dataset.claim),
    settled: element.dataset.settled === 'true',
    // What the claim says of itself and of its mutants; not what failing specs said
    text: [...element.querySelectorAll('h4 a, p, .mutant')]
      .map(({ textContent }) => textContent)
      .join(' ')
      .toLowerCase(),
  }));

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { element, row, settled, text } of claims) {
      const fits = !(unsettled.checked && settled) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      if (row !== undefined) row.hidden = !fits;
      if (fits) count += 1;
    }
    for (const group of groups)
      group.hidden = group.querySelector('[data-claim]:not([hidden]), [data-row]:not([hidden])') === null;

    shown.textContent = `${count} of ${claims.length} claims`;
  };

  const open = () => {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = document.getElementById(id);
    if (target === null) return;
    if (target.closest('[hidden]') !== null) {
      search.value = '';
      unsettled.checked = false;
      filter();
    }
    if (target.dataset.claim === undefined) return;
    for (const details of target.querySelectorAll('details')) details.open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };

  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', filter);
  addEventListener('hashchange', open);
  // A link to the claim that the address names already changes no address
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')?.hash === location.hash) open();
  });
  filter();
  open();
}
