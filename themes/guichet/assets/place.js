// Below the choice of a place: what is reported there already, as its page says. Without it the list comes with the form.
(() => {
  const list = document.querySelector('[data-already]');
  const place = document.getElementById('resource');
  const { root } = document.documentElement.dataset;
  // A page on a stick can not read its neighbours.
  if (location.protocol === 'file:') return;

  const item = (row) => {
    const link = row.querySelector('a');
    // The place's page is as deep as the form's, but not as the page of a refused form.
    const url = link.getAttribute('href').replace('../../', root);
    const entry = document.createElement('li');
    const title = document.createElement('a');
    title.href = url;
    title.textContent = link.textContent;
    entry.append(title, ' ', document.importNode(row.querySelector('.status'), true));
    const more = list.querySelector('template')?.content.cloneNode(true);
    if (more) {
      more.firstElementChild.href = `${url}#me-too`;
      more.querySelector('span').append(row.querySelector('.number').textContent);
      entry.append(' ', more);
    }
    return entry;
  };

  place.addEventListener('change', async () => {
    const chosen = place.value;
    const page = chosen && await fetch(`${root}resources/${chosen}/index.html`).then((answer) => answer.ok && answer.text()).catch(() => '');
    if (place.value !== chosen) return;
    const rows = new DOMParser().parseFromString(page || '', 'text/html').querySelectorAll('[aria-labelledby=open] .row');
    list.querySelector('ul').replaceChildren(...[...rows].slice(0, 5).map(item));
    list.hidden = !rows.length;
  });
  // Also for a place that the address names on a page that no server fills in.
  if (place.value && list.hidden) place.dispatchEvent(new Event('change'));
})();
