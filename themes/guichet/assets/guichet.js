// Makes the forms comfortable; everything works without it.
(() => {
  const memory = (kind) => { try { return window[kind]; } catch { return null; } };
  const tab = memory('sessionStorage');
  const device = memory('localStorage');
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  // A form behind a signed link knows who acts and is sent once: it needs no help.
  const forms = all('form[method=post]:not([data-signed])');
  const draft = (form, field) => `guichet draft ${form.action} ${field.name}`;

  const token = () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from(crypto.getRandomValues(new Uint32Array(32)), (n) => letters[n % 62]).join('');
  };

  // A form that led to the page of what it made has done its work: forget its draft.
  const sent = tab?.getItem('guichet sent');
  if (sent && document.querySelector('[data-done]') && performance.getEntriesByType('navigation')[0]?.type === 'navigate') {
    for (const name of ['description', 'title', 'text', 'purpose']) tab.removeItem(draft({ action: sent }, { name }));
    tab.removeItem('guichet photo');
  }
  tab?.removeItem('guichet sent');

  // « ?resource=salle-b204 » where no server does it.
  const prefill = (form) => {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList) field.value = value;
      else if (field && field.type !== 'file') field.value ||= value;
    }
  };

  // A mail with what was typed, when nobody answers.
  const letter = (form) => {
    const lines = [];
    for (const field of all('select, textarea, input[name]:not([type=hidden], [type=file], [type=radio]:not(:checked))', form)) {
      const name = field.closest('.field').firstElementChild.firstChild.textContent.trim();
      const value = field.selectedOptions?.[0].text ?? (field.type === 'radio' ? field.nextElementSibling.textContent : field.value);
      if (field.value) lines.push(`${name}\r\n${value}`);
    }
    return `?subject=${encodeURIComponent(form.dataset.subject)}&body=${encodeURIComponent(lines.join('\r\n\r\n').slice(0, 1500))}`;
  };
  const offline = () => {
    for (const notice of all('[data-offline]')) notice.hidden = false;
    for (const form of forms) {
      const link = form.querySelector('[data-mail]');
      if (!link) continue;
      const refresh = () => { link.search = letter(form); };
      refresh();
      form.addEventListener('input', refresh);
      form.onsubmit = () => { link.click(); return false; };
      form.querySelector('[type=submit]').hidden = !(link.hidden = false);
    }
  };
  const ask = () => {
    if (location.protocol === 'file:') offline();
    else fetch(`${document.documentElement.dataset.root}healthz`, { cache: 'no-store' }).then((answer) => answer.json()).catch(offline);
  };

  const me = JSON.parse(device?.getItem('guichet me') ?? '{}');
  for (const form of forms) {
    const { name, email, token: hidden, photo } = form.elements;
    const button = form.querySelector('[type=submit]');
    const label = button.textContent;
    const remember = form.querySelector('[data-remember]');
    hidden.value ||= token();

    for (const field of all('[data-draft]', form)) {
      field.value ||= tab?.getItem(draft(form, field)) ?? '';
      field.addEventListener('input', () => tab?.setItem(draft(form, field), field.value));
    }
    if (device) {
      name.value ||= me.name ?? '';
      email.value ||= me.email ?? '';
      remember.hidden = false;
      remember.firstElementChild.checked = !!me.email;
    }
    if (photo) {
      const note = form.querySelector('[data-photo]');
      const lost = note.dataset.again && tab?.getItem('guichet photo');
      if (lost) note.textContent = `${note.dataset.again} ${lost}`;
      photo.addEventListener('change', () => {
        const chosen = photo.files[0]?.name ?? '';
        note.textContent = chosen && `${note.dataset.photo} ${chosen}`;
        tab?.setItem('guichet photo', chosen);
      });
    }
    form.onsubmit = () => {
      if (form.dataset.sent) return false;
      form.dataset.sent = 'yes';
      button.textContent = button.dataset.sending;
      tab?.setItem('guichet sent', form.action);
      if (remember.firstElementChild.checked) device.setItem('guichet me', JSON.stringify({ name: name.value, email: email.value }));
      else device?.removeItem('guichet me');
    };
    addEventListener('pageshow', () => {
      delete form.dataset.sent;
      button.textContent = label;
    });

    if (form.dataset.live === 'false') {
      prefill(form);
      ask();
    } else if (!form.dataset.live) form.addEventListener('focusin', ask, { once: true });
  }

  document.querySelector('[data-summary]')?.focus();
  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    const details = target?.closest('details');
    if (details) { details.open = true; target.scrollIntoView(); }
  };
  addEventListener('hashchange', unfold);
  unfold();
})();
