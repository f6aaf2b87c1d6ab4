// The slots that can be chosen follow the day and the resource: some weeks have their own, some rooms no other hours.
// Without it the server says what can not be.
(() => {
  const form = document.querySelector('form[data-main]');
  const { root } = document.documentElement.dataset;
  const PARTS = ['[data-slots]', '.hours', '#slot_to'];

  // A booking ends in no slot before the one with which it begins; the first choice is that one.
  const narrow = () => {
    const last = form.querySelector('#slot_to');
    const first = [...form.querySelectorAll('[name=slot]')].findIndex((slot) => slot.checked && slot.value);
    for (const [place, option] of [...(last?.options ?? [])].entries()) option.disabled = place > 0 && place <= first + 1;
    if (last?.selectedOptions[0]?.disabled) last.value = '';
  };

  const refresh = async () => {
    const asked = new URLSearchParams();
    for (const name of ['resource', 'date', 'slot', 'slot_to', 'start', 'end']) asked.set(name, form.elements[name]?.value ?? '');
    const query = `${asked}`;
    form.dataset.asked = query;
    const page = await fetch(`${root}reservations/new/?${query}`).then((answer) => (answer.ok ? answer.text() : '')).catch(() => '');
    // Another day may have been chosen meanwhile.
    if (!page || form.dataset.asked !== query) return;
    const fresh = new DOMParser().parseFromString(page, 'text/html');
    for (const part of PARTS) {
      const [old, now] = [form.querySelector(part), fresh.querySelector(part)];
      if (old && now) old.replaceWith(now);
      else if (old) old.hidden = true;
    }
    narrow();
  };

  form.addEventListener('change', ({ target }) => {
    if (target.name === 'slot') narrow();
    if (form.dataset.live === 'true' && ['resource', 'date'].includes(target.name)) refresh();
  });
  narrow();
})();
