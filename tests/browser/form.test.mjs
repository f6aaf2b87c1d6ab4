// The forms, as a teacher meets them: on a phone, by keyboard alone, without JavaScript, in a hurry.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { demo, focus, fresh, leads, mails, overflow, PHONE, png, SERVICE, tabTo, text, texts, until, visitor } from './kit.mjs';

const FORM = '/tickets/new/';
const SEND = 'form[data-main] [type=submit]';

let school;
before(async () => { school = await demo(); });

/** A visitor of one test; afterwards the page must have behaved. */
const story = (name, options, act) => test(name, async () => {
  const page = await visitor(options);
  await act(page);
  assert.deepEqual(page.faults, []);
  await page.leave();
});

const number = (page) => /\/tickets\/(\d{4}-\d{4,})\/$/.exec(page.url())?.[1];
const ticketPage = (page) => until('the page of the new ticket', () => number(page));

async function fill(page, { resource, description, title, name, email }) {
  if (resource) await page.select('#resource', resource);
  if (description) await page.type('#description', description);
  if (title) {
    await page.click('.more summary');
    await page.type('#title', title);
  }
  if (name) await page.type('#name', name);
  if (email) await page.type('#email', email);
}

/** What one accepted form leaves behind: one commit that adds this ticket's files and nothing else. */
function assertFiled(id, since, files = [`${id}.md`]) {
  assert.equal(school.commits(since), 1);
  const folder = `tickets/${id.slice(0, 4)}/${id.slice(5, -2)}xx`;
  assert.deepEqual(school.changed(since), files.map((file) => `A\t${folder}/${file}`).sort());
  assert.equal(school.git('status', '--porcelain'), '');
}

story('a teacher reports an incident on a phone', { viewport: PHONE }, async (page) => {
  const since = school.head();
  await page.goto(`${school.url}/`);
  assert.equal(await overflow(page), null);
  let taps = 0;
  const tap = (selector) => { taps += 1; return page.tap(selector); };
  await leads(page, () => tap('header .button-main'));
  assert.equal(new URL(page.url()).pathname, '/tickets/new/index.html');
  assert.equal(await overflow(page), null);

  await page.select('#resource', 'salle-a101');
  taps += 2;
  for (const [field, typed] of [
    ['#description', 'Le clavier du poste prof ne répond plus.\nDébranché, rebranché : rien.'],
    ['#name', 'Hélène Petit'],
    ['#email', 'helene.petit@college.example'],
  ]) {
    await tap(field);
    await page.keyboard.type(typed);
  }
  const response = await leads(page, () => tap(SEND));
  assert.equal(response.status(), 200);
  assert.deepEqual(response.request().redirectChain().map((step) => step.response().status()), [303]);
  assert.ok(taps <= 7, `${taps} taps`);

  const id = number(page);
  assert.match(await text(page, '.stub'), new RegExp(id));
  assert.equal(await text(page, '.head .number'), id);
  assert.equal(await text(page, 'h1'), 'Le clavier du poste prof ne répond plus.');
  assert.match(await text(page, '.prose'), /Débranché, rebranché : rien\.$/);
  assert.equal(await text(page, '.head .status'), 'Nouveau');
  assert.equal(await overflow(page), null);
  assertFiled(id, since);

  const letters = await mails(page, school.url, id);
  assert.deepEqual(letters.map((mail) => mail.subject), Array(2).fill(`[${id}] Nouveau : Le clavier du poste prof ne répond plus.`));
  const to = letters.map((mail) => mail.to).join(' ');
  assert.ok(to.includes('helene.petit@college.example') && to.includes(SERVICE), to);
});

story('who reports is written nowhere in the repository', {}, async (page) => {
  await page.goto(`${school.url}${FORM}`);
  await fill(page, { resource: 'wifi', description: 'Rien ne passe', name: 'Barnabé Quintessence', email: 'b.quintessence@college.example' });
  await leads(page, () => page.click(SEND));
  const feed = readFileSync(join(school.dir, 'public/feed.xml'), 'utf8');
  for (const where of [school.git('log', '--all', '-p', '--format=fuller'), await page.content(), feed]) {
    assert.doesNotMatch(where, /quintessence/i);
  }
});

story('a QR code chooses the room, and shows what is known of it', { viewport: PHONE }, async (page) => {
  await page.goto(`${school.url}${FORM}?resource=salle-b204`);
  assert.equal(await page.$eval('#resource', (field) => field.value), 'salle-b204');
  assert.ok((await texts(page, '.already li')).some((line) => line.includes('B204') && line.includes('Moi aussi')));
  await page.goto(`${school.url}${FORM}?resource=nulle-part`);
  assert.equal(await page.$eval('#resource', (field) => field.value), '');
});

for (const [form, place] of [[FORM, 'salle-b204'], ['/reservations/new/', 'salle-info-1']]) {
  story(`what is open at a place shows as soon as it is chosen: ${form}`, { viewport: PHONE }, async (page) => {
    await page.goto(`${school.url}/resources/${place}/`);
    const open = await texts(page, '[aria-labelledby=open] .row-title');
    assert.ok(open.length > 0 && open.length <= 5, `${open}`);
    await page.goto(`${school.url}${form}`);
    const shown = () => page.$eval('[data-already]', (list) => !list.hidden && [...list.querySelectorAll('li > a:first-child')].map((link) => link.textContent));
    assert.equal(await shown(), false);
    await page.select('#resource', place);
    assert.deepEqual(await until('what is open there', shown), open);
    assert.equal(await overflow(page), null);
    const urls = await page.$$eval('[data-already] li > a:first-child', (all) => all.map((link) => link.href));
    for (const url of urls) assert.match(url, /\/tickets\/\d{4}-\d{4}\/index\.html$/);
    const others = await page.$$eval('[data-already] li .button', (all) => all.map((link) => link.href));
    assert.deepEqual(others, form === FORM ? urls.map((url) => `${url}#me-too`) : []);
    await page.select('#resource', '');
    await until('nothing is chosen', async () => (await shown()) === false);
  });
}

for (const script of [true, false]) {
  story(`a double click makes one ticket, ${script ? 'with' : 'without'} JavaScript`, { script }, async (page) => {
    const since = school.head();
    await page.goto(`${school.url}${FORM}?resource=cdi`);
    await fill(page, { description: `Double clic, ${script}`, name: 'Ada Vite', email: `ada.${script}@college.example` });
    await page.click(SEND, { count: 2 });
    const id = await ticketPage(page);
    assert.equal(await text(page, '.head .number'), id);
    assertFiled(id, since);
    assert.equal((await mails(page, school.url, id)).length, 2);
  });
}

story('the form remembers a person who wants it, and forgets them again', {}, async (page) => {
  await page.goto(`${school.url}${FORM}?resource=cdi`);
  await fill(page, { description: 'Souris perdue', name: 'Ines Mémoire', email: 'ines.memoire@college.example' });
  await page.click('#remember');
  await leads(page, () => page.click(SEND));
  const person = () => page.evaluate(() => ['name', 'email', 'remember'].map((id) => {
    const field = document.getElementById(id);
    return field.type === 'checkbox' ? field.checked : field.value;
  }));

  await page.goto(`${school.url}${FORM}?resource=cdi`);
  assert.deepEqual(await person(), ['Ines Mémoire', 'ines.memoire@college.example', true]);
  await fill(page, { description: 'Souris retrouvée' });
  await page.click('#remember');
  await leads(page, () => page.click(SEND));

  await page.goto(`${school.url}${FORM}`);
  assert.deepEqual(await person(), ['', '', false]);
});

story('a draft survives a reload and a refusal, not its sending', {}, async (page) => {
  const typed = 'Un texte\nque personne ne veut taper deux fois';
  const description = () => page.$eval('#description', (field) => field.value);
  await page.goto(`${school.url}${FORM}`);
  await fill(page, { description: typed });
  await page.reload();
  assert.equal(await description(), typed);

  assert.equal((await leads(page, () => page.click(SEND))).status(), 422);
  assert.equal(await description(), typed);
  await fill(page, { resource: 'ent', name: 'Luc Brouillon', email: 'luc.brouillon@college.example' });
  await leads(page, () => page.click(SEND));
  assert.ok(number(page));

  await page.goto(`${school.url}${FORM}`);
  assert.equal(await description(), '');
});

story('the keyboard alone is enough, without JavaScript', { script: false }, async (page) => {
  const since = school.head();
  await page.goto(`${school.url}/`);
  await page.keyboard.press('Tab');
  assert.equal((await focus(page)).text, 'Aller au contenu');
  await tabTo(page, (stop) => stop.text === 'Signaler un problème');
  await leads(page, () => page.keyboard.press('Enter'));

  await tabTo(page, (stop) => stop.id === 'resource');
  await page.keyboard.type('Wi');
  await tabTo(page, (stop) => stop.id === 'description');
  await page.keyboard.type('Plus de réseau sur les tablettes');
  await tabTo(page, (stop) => stop.id.startsWith('category'));
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, (stop) => stop.tag === 'summary');
  await page.keyboard.press('Enter');
  await tabTo(page, (stop) => stop.id === 'title');
  await page.keyboard.type('Tablettes sans réseau');
  await tabTo(page, (stop) => stop.id === 'name');
  await page.keyboard.type('Yann Clavier');
  await tabTo(page, (stop) => stop.id === 'email');
  await page.keyboard.type('yann.clavier@college.example');
  await leads(page, () => page.keyboard.press('Enter'));

  const id = number(page);
  assert.equal(await text(page, 'h1'), 'Tablettes sans réseau');
  assertFiled(id, since);
  const file = school.read(id);
  for (const line of ['resource: wifi', 'category: wifi', 'severity: dysfonctionnement']) assert.ok(file.includes(`\n${line}\n`), file);
});

for (const script of [true, false]) {
  story(`what is missing is said, and nothing typed is lost, ${script ? 'with' : 'without'} JavaScript`, { script }, async (page) => {
    const since = school.head();
    await page.goto(`${school.url}${FORM}`);
    const response = await leads(page, () => page.click(SEND));
    assert.equal(response.status(), 422);
    assert.match(await page.title(), /^Erreur/);
    if (script) assert.equal(await page.evaluate(() => document.activeElement.className), 'summary');

    const lines = await page.$$eval('.summary li a', (links) => links.map((link) => link.getAttribute('href').slice(1)));
    assert.deepEqual(lines, ['resource', 'description', 'name', 'email']);
    for (const field of lines) {
      const [invalid, described] = await page.$eval(`#${field}`, (e) => [e.getAttribute('aria-invalid'), e.getAttribute('aria-describedby')]);
      assert.equal(invalid, 'true', field);
      const faults = await page.evaluate((ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent.trim()), described);
      assert.ok(faults.every(Boolean), `${field}: ${described}`);
      await page.click(`.summary a[href="#${field}"]`);
      assert.equal((await focus(page)).id, field);
    }
    assert.equal((await page.$$('[aria-invalid]')).length, lines.length);

    await fill(page, { description: 'Écran <noir> & "muet"', title: 'Écran noir', name: 'Zoé Partie', email: 'zoe@' });
    await page.click('label[for=category-3]');
    assert.equal((await leads(page, () => page.click(SEND))).status(), 422);
    const kept = await page.$eval('form[data-main]', (form) => Object.fromEntries(new FormData(form)));
    assert.equal(kept.description, 'Écran <noir> & "muet"');
    assert.equal(kept.title, 'Écran noir');
    assert.equal(kept.name, 'Zoé Partie');
    assert.equal(kept.email, 'zoe@');
    assert.equal(kept.category, await page.$eval('#category-3', (radio) => radio.value));
    assert.ok(await page.$eval('.more', (details) => details.open), 'the title is shown');
    assert.equal(school.head(), since);
  });
}

story('a photo is shown on the ticket', {}, async (page) => {
  const since = school.head();
  const picture = join(fresh('photo'), 'IMG 0042.png');
  writeFileSync(picture, png(64, 48));
  await page.goto(`${school.url}${FORM}?resource=salle-a102`);
  await fill(page, { description: 'Voyez vous-mêmes', name: 'Pia Photo', email: 'pia.photo@college.example' });
  await (await page.$('#photo')).uploadFile(picture);
  assert.match(await text(page, '[data-photo]'), /IMG 0042\.png/);
  await leads(page, () => page.click(SEND));
  const id = number(page);
  await page.$eval('.photos img', (image) => image.scrollIntoView());
  const size = await until('the photo', () => page.$eval('.photos img', (image) => image.complete && image.naturalWidth && [image.naturalWidth, image.naturalHeight]));
  assert.deepEqual(size, [64, 48]);
  assertFiled(id, since, [`${id}.md`, `${id}/photo.jpg`]);

  await page.goto(`${school.url}${FORM}?resource=salle-a102`);
  writeFileSync(picture, 'no picture at all');
  await fill(page, { description: 'Encore', name: 'Pia Photo', email: 'pia.photo@college.example' });
  await (await page.$('#photo')).uploadFile(picture);
  assert.equal((await leads(page, () => page.click(SEND))).status(), 415);
  assert.equal(await page.$eval('.summary a', (link) => link.getAttribute('href')), '#photo');
});

for (const script of [true, false]) {
  story(`an answer joins the conversation, ${script ? 'with' : 'without'} JavaScript`, { script }, async (page) => {
    const [since, said] = [school.head(), `C’est revenu ce matin, ${script}.`];
    await page.goto(`${school.url}/tickets/2026-0041/`);
    await page.click('.act summary');
    await page.type('#answer-name', 'Rémi Réponse');
    await page.type('#answer-email', `remi.${script}@college.example`);
    const refused = await leads(page, () => page.click('#answer [type=submit]'));
    assert.equal(refused.status(), 422);
    assert.match(await page.title(), /^Erreur/);
    assert.equal(await page.$eval('#name', (field) => field.value), 'Rémi Réponse');
    assert.equal(school.head(), since);

    await page.type('#text', said);
    await leads(page, () => page.click('main form [type=submit]'));
    assert.equal(number(page), '2026-0041');
    assert.equal((await texts(page, '.timeline .answer')).at(-1), said);
    assert.equal(school.commits(since), 1);
    assert.deepEqual(school.changed(since), ['M\ttickets/2026/00xx/2026-0041.md']);
    const letters = (await mails(page, school.url, '[2026-0041] Réponse')).filter((mail) => mail.text.includes(said));
    assert.ok(letters.some((mail) => mail.to.includes(SERVICE)), 'the team is told');
    await page.goto(`${school.url}/tickets/2026-0041/`);
    assert.equal(await page.$eval('#answer-text', (field) => field.value), '', 'the draft is gone');
  });

  story(`« moi aussi » is two clicks from the form, ${script ? 'with' : 'without'} JavaScript`, { script, viewport: PHONE }, async (page) => {
    const [since, email] = [school.head(), `moi.${script}@college.example`];
    await page.goto(`${school.url}${FORM}?resource=vie-scolaire`);
    await leads(page, () => page.tap('.already .button'));
    assert.equal(new URL(page.url()).hash, '#me-too');
    await until('the form is unfolded', () => page.$eval('#me-too', (form) => form.closest('details').open));
    await page.type('#watch-name', 'Moi Aussi');
    await page.type('#watch-email', email);
    await leads(page, () => page.tap('#me-too [type=submit]'));
    assert.equal(number(page), '2026-0043');
    assert.match(await text(page, '.facts'), script ? /1 autre personne/ : /2 autres personnes/);
    assert.equal(school.commits(since), 1);
    assert.doesNotMatch(school.read('2026-0043'), new RegExp(email));
  });
}

story('a référent’s commit shows within 5 s', {}, async (page) => {
  const id = '2026-0044';
  await page.goto(`${school.url}/tickets/${id}/`);
  assert.equal(await text(page, '.head .status'), 'Nouveau');
  school.write(id, school.read(id).replace(/^status: .*$/m, 'status: fermé'));
  school.commit('Lien réparé');
  await until('the new status', async () => {
    await page.reload();
    return await text(page, '.head .status') === 'Fermé';
  }, 5000);
  assert.equal(await page.$('.stub'), null);
  await until('the mails', async () => (await mails(page, school.url, `[${id}] Fermé`)).length === 2, 5000);
});

const HOSTILE = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[x](javascript:alert(1))'];

story('what strangers write is shown and never run', {}, async (page) => {
  await page.goto(`${school.url}${FORM}?resource=salle-a103`);
  await fill(page, { title: HOSTILE.join(' '), description: HOSTILE.join('\n\n'), name: 'Eve "onclick=alert(1)', email: 'eve@college.example' });
  await leads(page, () => page.click(SEND));
  const formed = number(page);
  await page.click('.act summary');
  await page.type('#answer-text', HOSTILE.join('\n\n'));
  await page.type('#answer-name', 'Eve');
  await page.type('#answer-email', 'eve@college.example');
  await leads(page, () => page.click('#answer [type=submit]'));

  const committed = `${formed.slice(0, 5)}9001`;
  const [title, body] = [`'${HOSTILE.join(' ')}'`, `${HOSTILE.join('\n\n')}\n\n<svg onload=alert(1)>\n\n[y]( JaVaScRiPt:alert(1))\n\n![z](javascript:alert(1))\n`];
  school.write(committed, `---\ntitle: ${title}\nstatus: nouveau\nresource: salle-a103\nhanded_to: '${HOSTILE[1]}'\n---\n${body}`);
  school.commit(HOSTILE[1]);
  await until('the commit', async () => (await page.goto(`${school.url}/tickets/${committed}/`)).ok());

  for (const id of [formed, committed]) {
    await page.goto(`${school.url}/tickets/${id}/`);
    assert.equal(await text(page, 'h1'), HOSTILE.join(' '));
    for (const words of await texts(page, '.prose')) for (const literal of HOSTILE.slice(0, 2)) assert.ok(words.includes(literal), words);
  }
  for (const path of ['/', '/tickets/', '/resources/salle-a103/', `/tickets/${formed}/`, `/tickets/${committed}/`, `${FORM}?resource=salle-a103&description=${encodeURIComponent(`</textarea>${HOSTILE[0]}`)}`, '/courrier/']) {
    await page.goto(`${school.url}${path}`);
    const alive = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => (
      (element.localName === 'script' && !/\/assets\/(guichet|search|place)\.js$/.test(element.src))
      || element.localName === 'svg'
      || (element.localName === 'img' && element.getAttribute('src') === 'x')
      || [...element.attributes].some(({ name, value }) => name.startsWith('on') || (['href', 'src', 'action'].includes(name) && /^\s*javascript:/i.test(value)))
    )).map((element) => element.outerHTML));
    assert.deepEqual(alive, [], path);
    assert.ok((await text(page, 'main')).includes(HOSTILE[1]) || path.startsWith(FORM), path);
  }
  const feed = readFileSync(join(school.dir, 'public/feed.xml'), 'utf8');
  assert.ok(!feed.includes('<script') && !feed.includes('<img'));
});
