// Searches all tickets as one types. The index is read on first use; where there is none to be had (a copy on a
// stick), the tickets of this page are searched.
(() => {
  const form = document.querySelector('[data-search]');
  if (!form) return;
  const disk = location.protocol === 'file:';
  const { q } = form.elements;
  const { search: address, tickets, count, none, page } = form.dataset;
  const status = form.querySelector('[role=status]');
  const list = document.querySelector('.rows');
  const own = [...list.children];
  const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/œ/g, 'oe');
  const entry = (text, show) => ({ text: plain(text), show });
  let partial = '';
  let index;

  const row = (ticket) => {
    const made = own[0].cloneNode(true);
    const at = (selector) => made.querySelector(selector);
    const span = document.createElement('span');
    span.append(ticket.category);
    made.className = ticket.state.startsWith('tone-closed') ? 'row row-closed' : 'row';
    at('.number').textContent = ticket.id;
    at('time').replaceWith(ticket.date);
    at('a').href = `${tickets}${ticket.id}/index.html`;
    at('a').textContent = ticket.title;
    at('b').textContent = ticket.resource;
    at('.facts-line').replaceChildren(at('b'), ' ', span);
    at('.status').className = `status ${ticket.state}`;
    at('.status').lastChild.data = ticket.status;
    at('.row-state').replaceChildren(at('.row-state p'));
    return made;
  };

  const load = () => (disk ? Promise.reject() : fetch(address))
    .then((answer) => answer.json())
    .then((all) => all.map((one) => entry([one.id, one.title, one.status, one.resource, one.category].join(' '), () => row(one))))
    .catch(() => {
      partial = ` ${page}`;
      return own.map((item) => entry(item.textContent, () => item));
    });

  const search = async () => {
    const typed = q.value;
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const all = words.length ? await (index ??= load()) : [];
    if (typed !== q.value) return;
    const found = all.filter(({ text }) => words.every((word) => text.includes(word)));
    list.replaceChildren(...words.length ? found.slice(0, 100).map(({ show }) => show()) : own);
    for (const part of document.querySelectorAll('.filters, .pager')) part.hidden = words.length;
    status.textContent = words.length ? (found.length ? count.replace('%n', found.length) : none) + partial : '';
    if (!disk) history.replaceState(null, '', words.length ? `?q=${encodeURIComponent(typed)}` : '.');
  };

  q.oninput = search;
  q.onkeydown = ({ key }) => {
    if (key === 'Escape') { q.value = ''; search(); }
  };
  form.onsubmit = () => {
    list.querySelector('a')?.focus();
    return false;
  };
  form.hidden = false;
  q.value ||= new URLSearchParams(location.search).get('q') ?? '';
  if (q.value) search();
})();
