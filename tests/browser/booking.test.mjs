// Bookings, as a teacher meets them: four taps on a phone, a place that somebody else has, the keyboard alone, the
// week on paper.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { demo, focus, leads, mails, overflow, PHONE, tabTo, text, texts, until, visitor } from './kit.mjs';

const FORM = '/reservations/new/';
const SEND = 'form[data-main] [type=submit]';

let school;
let free;

/** Free places of two resources in the weeks to come: each story books its own. */
before(async () => {
  school = await demo();
  const page = await visitor();
  await page.goto(`${school.url}/reservations/`);
  for (let weeks = 0; weeks < 2; weeks += 1) await leads(page, () => page.click('.pager [rel=next]'));
  free = async (resource) => {
    await page.reload();
    const links = await page.$$eval('.free', (all) => all.map((link) => link.href));
    const found = links.map((link) => new URL(link)).find(({ searchParams }) => searchParams.get('resource') === resource);
    assert.ok(found, `${resource} is free some time`);
    return Object.fromEntries(found.searchParams);
  };
  free.week = page.url();
});

/** A visitor of one test; afterwards the page must have behaved. */
const story = (name, options, act) => test(name, async () => {
  const page = await visitor(options);
  await act(page);
  assert.deepEqual(page.faults, []);
  await page.leave();
});

const form = (place) => `${school.url}${FORM}?${new URLSearchParams(place)}`;
const stem = (page) => decodeURIComponent(new URL(page.url()).hash.slice(1));
const read = (name) => readFileSync(join(school.dir, `reservations/${name.slice(0, 4)}/${name.slice(5, 7)}/${name}.md`), 'utf8');

async function fill(page, { purpose, name, email }) {
  for (const [field, typed] of Object.entries({ purpose, name, email })) if (typed) await page.type(`#${field}`, typed);
}

/** What one accepted form leaves behind: one commit that adds this booking and nothing else. */
function assertBooked(name, since) {
  assert.equal(school.commits(since), 1);
  assert.deepEqual(school.changed(since), [`A\treservations/${name.slice(0, 4)}/${name.slice(5, 7)}/${name}.md`]);
  assert.equal(school.git('status', '--porcelain'), '');
}

/** Books a place, by whoever comes first. */
async function book(page, place, { purpose = '4e B, exposé', name = 'Prem Ier', email = 'prem.ier@college.example' } = {}) {
  await page.goto(form(place));
  await fill(page, { purpose, name, email });
  await leads(page, () => page.click(SEND));
  return stem(page);
}

story('a teacher whom the phone knows books a usual slot in four taps', { viewport: PHONE }, async (page) => {
  await page.goto(`${school.url}/tickets/new/`);
  await page.evaluate(() => localStorage.setItem('guichet me', JSON.stringify({ name: 'Ana Quintessence', email: 'ana.quintessence@college.example' })));
  const since = school.head();
  await page.goto(free.week);
  assert.equal(await overflow(page), null);
  let taps = 0;
  const tap = (target) => { taps += 1; return typeof target === 'string' ? page.tap(target) : target.tap(); };
  await tap('.days li:nth-child(4) a');
  const cell = await page.$('.day:nth-of-type(4) .free');
  const { size, said } = await cell.evaluate((link) => ({ size: link.getBoundingClientRect().toJSON(), said: link.getAttribute('aria-label') }));
  assert.ok(size.width >= 44 && size.height >= 40, JSON.stringify(size));
  await leads(page, () => tap(cell));
  assert.equal(await overflow(page), null);
  const chosen = await text(page, '.chosen summary b');
  assert.ok(said.includes(chosen), `${said} / ${chosen}`);
  await tap('#purpose');
  await page.keyboard.type('5e B, tableur');
  const response = await leads(page, () => tap(SEND));
  assert.deepEqual(response.request().redirectChain().map((step) => step.response().status()), [303]);
  assert.ok(taps <= 4, `${taps} taps`);

  const name = stem(page);
  assertBooked(name, since);
  assert.match(await text(page, '.booking:target'), /^5e B, tableur A\. Q\./);
  assert.ok(await page.$eval('.booking:target', (booking) => booking.checkVisibility()));
  const shown = await page.$$eval('.receipt', (all) => all.filter((receipt) => receipt.checkVisibility()).length);
  assert.equal(shown, 1, 'the day of the booking says that it is noted');
  assert.equal(await overflow(page), null);
  assert.doesNotMatch(school.git('log', '--all', '-p'), /quintessence/i);
  const letters = await mails(page, school.url, '[Réservation] Confirmée');
  assert.ok(letters.some((mail) => mail.to.includes('ana.quintessence@college.example')));
});

for (const script of [true, false]) {
  story(`slots that follow each other are one booking, ${script ? 'by touch' : 'by the keyboard alone, without JavaScript'}`, { script, viewport: PHONE }, async (page) => {
    const resource = script ? 'chariot-tablettes-3' : 'enceinte-mobile';
    await page.goto(free.week);
    const places = await page.$$eval('.free', (all) => all.map((link) => Object.fromEntries(new URL(link.href).searchParams)));
    const free_at = (date, slot) => places.some((place) => place.resource === resource && place.date === date && place.slot === slot);
    const { date } = places.find((place) => free_at(place.date, 'M2') && free_at(place.date, 'M3') && free_at(place.date, 'M4'));
    const since = school.head();
    await page.goto(form({ resource, date, slot: 'M2' }));
    assert.equal(await overflow(page), null);
    if (script) {
      await page.select('#slot_to', 'M4');
      await fill(page, { purpose: '3e D, oral', name: 'Trois Heures', email: 'trois.heures@college.example' });
      await leads(page, () => page.tap(SEND));
    } else {
      for (const [field, typed] of Object.entries({ slot_to: 'M4', purpose: '3e D, oral', name: 'Trois Heures', email: 'trois.heures@college.example' })) {
        await tabTo(page, (stop) => stop.id === field);
        await page.keyboard.type(typed);
      }
      await leads(page, () => page.keyboard.press('Enter'));
    }
    assertBooked(stem(page), since);
    const file = read(stem(page));
    for (const line of ['start: "09:25"', 'end: "12:20"']) assert.ok(file.includes(`\n${line}\n`), file);
    assert.equal(await overflow(page), null);
    // Alone in its column it is one cell over three rows; of a stock, some are left to book beside it.
    const rows = await page.$eval('.booking:target', (booking) => booking.parentElement.rowSpan);
    assert.equal(rows, script ? 3 : 1);
  });
}

story('the slots follow the day that is chosen', {}, async (page) => {
  await page.goto(`${school.url}${FORM}?resource=cdi`);
  assert.ok((await texts(page, '[data-slots] label')).some((slot) => slot.startsWith('M3')));
  // The mock exam of site.toml: two long slots in the morning.
  await page.$eval('#date', (field) => { field.value = '2027-04-28'; field.dispatchEvent(new Event('change', { bubbles: true })); });
  await until('the slots of that day', async () => (await texts(page, '[data-slots] label')).join() === 'M1 8 h 30 – 10 h 30,M2 10 h 45 – 12 h 15,Autres heures');
  const ends = () => page.$$eval('#slot_to option', (all) => all.filter((option) => !option.disabled).map((option) => option.value));
  assert.deepEqual(await ends(), ['', 'M1', 'M2']);
  await page.click('[data-slots] label[for=slot-2]');
  assert.deepEqual(await ends(), [''], 'nothing ends before it begins');
  await page.click('label[for=slot-hours]');
  assert.equal(await page.$eval('#slot_to', (field) => field.checkVisibility()), false);
});

for (const script of [true, false]) {
  story(`a place that is taken: by what, what is free, and nothing typed is lost, ${script ? 'with' : 'without'} JavaScript`, { script }, async (page) => {
    const place = await free('salle-info-1');
    await book(page, place);
    const since = school.head();
    await page.goto(form(place));
    assert.match(await text(page, '.chosen summary'), /Salle informatique 1, .*Modifier/);
    await fill(page, { purpose: '6e A, dictée', name: 'Deux Ième', email: 'deux.ieme@college.example' });
    assert.equal((await leads(page, () => page.click(SEND))).status(), 409);
    assert.match(await page.title(), /^Erreur/);
    assert.match(await text(page, '.summary li'), /déjà réservé .* 4e B, exposé/);
    const kept = await page.$eval('form[data-main]', (sent) => Object.fromEntries(new FormData(sent)));
    for (const [field, typed] of Object.entries({ ...place, purpose: '6e A, dictée', name: 'Deux Ième', email: 'deux.ieme@college.example' })) assert.equal(kept[field], typed, field);
    await page.click('.summary a');
    assert.equal((await focus(page)).id, 'slot');

    assert.ok((await texts(page, '.offers a')).length >= 3);
    const [offer] = await page.$$('.offers a');
    const offered = await offer.evaluate((link) => link.textContent);
    await leads(page, () => offer.click());
    assert.equal(await text(page, '.chosen summary b'), offered);
    assert.equal(await page.$eval('#purpose', (field) => field.value), '6e A, dictée');
    await page.$eval('#name', (field) => { field.value = ''; });
    await page.$eval('#email', (field) => { field.value = ''; });
    await fill(page, { name: 'Deux Ième', email: 'deux.ieme@college.example' });
    await leads(page, () => page.click(SEND));
    assertBooked(stem(page), since);
  });
}

for (const script of [true, false]) {
  story(`a double click books once, ${script ? 'with' : 'without'} JavaScript`, { script }, async (page) => {
    const since = school.head();
    await page.goto(form(await free('cdi')));
    await fill(page, { purpose: `Double clic, ${script}`, name: 'Ada Vite', email: `ada.${script}@college.example` });
    await page.click(SEND, { count: 2 });
    await until('the planning', () => stem(page));
    assertBooked(stem(page), since);
  });
}

/** A day of the same weekday, so many weeks later. */
const later = (date, weeks) => new Date(Date.parse(date) + weeks * 7 * 86_400_000).toISOString().slice(0, 10);

for (const script of [true, false]) {
  story(`a booking that repeats shows its days, leaves out what is taken, ${script ? 'with' : 'without'} JavaScript`, { script, viewport: PHONE }, async (page) => {
    // In January no holidays are in between.
    const near = await free(script ? 'salle-info-2' : 'cdi');
    const place = { ...near, date: later(near.date, 5) };
    const first = await book(page, { ...place, date: later(place.date, 1) });
    const his = read(first);
    const since = school.head();
    await page.goto(form(place));
    await page.tap('.repeat summary');
    await page.tap('.repeat .chip:nth-child(2) input');
    await page.$eval('#until', (field, day) => { field.value = day; }, later(place.date, 2));
    await fill(page, { purpose: '5e C, robotique', name: 'Série Longue', email: `serie.${script}@college.example` });
    assert.equal((await leads(page, () => page.tap(SEND))).status(), 409);
    assert.equal(await overflow(page), null);
    assert.equal(school.head(), since, 'nothing is booked before it was seen');
    assert.equal(await text(page, '#dates'), 'Dates : 2 libres sur 3');
    assert.match((await texts(page, '.date-taken'))[0], /déjà réservé .* 4e B, exposé/);
    assert.equal(await page.$eval('#purpose', (field) => field.value), '5e C, robotique');
    assert.equal(await text(page, '.send button'), 'Réserver les 2 dates libres');
    await leads(page, () => page.tap('.send button'));
    assertBooked(stem(page), since);
    const rule = `rrule: FREQ=WEEKLY;UNTIL=${later(place.date, 2).replaceAll('-', '')}\nexdate: [${later(place.date, 1)}]\n`;
    assert.ok(read(stem(page)).includes(rule), read(stem(page)));
    assert.equal(read(first), his);
  });
}

story('all days free: they are shown, then booked as they were shown', { script: false }, async (page) => {
  const place = await free('valise-portables');
  const since = school.head();
  await page.goto(`${form(place)}&repeat=week-a&until=${later(place.date, 5)}`);
  await fill(page, { purpose: '4e A, exposés', name: 'Semaine Paire', email: 'semaine.paire@college.example' });
  assert.equal((await leads(page, () => page.click(SEND))).status(), 200);
  const days = await texts(page, '.dates li');
  assert.ok(days.length >= 2 && days.every((day) => day.endsWith('libre')), days.join());
  assert.equal(school.head(), since);
  // Another end is another list: it is shown before it is booked.
  await page.$eval('#until', (field, day) => { field.value = day; }, later(place.date, 9));
  assert.equal((await leads(page, () => page.click(SEND))).status(), 200);
  assert.ok((await texts(page, '.dates li')).length > days.length);
  await leads(page, () => page.click(SEND));
  assertBooked(stem(page), since);
  assert.match(read(stem(page)), /\nweeks: A\n/);
});

story('what is missing is said beside its field', {}, async (page) => {
  const since = school.head();
  await page.goto(`${school.url}${FORM}`);
  assert.equal((await leads(page, () => page.click(SEND))).status(), 422);
  assert.equal(await page.evaluate(() => document.activeElement.className), 'summary');
  const lines = await page.$$eval('.summary li a', (links) => links.map((link) => link.getAttribute('href').slice(1)));
  assert.deepEqual(lines, ['resource', 'date', 'purpose', 'name', 'email']);
  for (const field of lines) {
    await page.click(`.summary a[href="#${field}"]`);
    assert.equal((await focus(page)).id, field);
  }
  assert.equal(school.head(), since);
});

story('other times than the school’s slots stand under the table', {}, async (page) => {
  const { date } = await free('visualiseur');
  await page.goto(`${school.url}${FORM}?resource=visualiseur&date=${date}`);
  assert.equal(await page.$eval('#start', (field) => field.checkVisibility()), false);
  await page.click('label[for=slot-hours]');
  await page.type('#start', '12:25PM');
  await page.type('#end', '01:10PM');
  await page.type('#quantity', '2');
  await fill(page, { purpose: 'Club sciences', name: 'Midi Pile', email: 'midi.pile@college.example' });
  await leads(page, () => page.click(SEND));
  const file = read(stem(page));
  for (const line of ['start: "12:25"', 'end: "13:10"', 'quantity: 2']) assert.ok(file.includes(`\n${line}\n`), file);
  assert.match(await text(page, '.others .booking:target'), /12 h 25 – 13 h 10 Visualiseur Club sciences × 2 M\. P\./);
});

story('a room that a référent lends says so, and shows as waiting', {}, async (page) => {
  const place = await free('salle-polyvalente');
  await page.goto(form(place));
  assert.ok((await texts(page, 'form .notice')).some((notice) => notice.startsWith('Un référent doit valider')));
  await fill(page, { purpose: 'Spectacle', name: 'Paul Attend', email: 'paul.attend@college.example' });
  await leads(page, () => page.click(SEND));
  assert.match(await text(page, '.booking-pending:target'), /^Spectacle P\. A\. à valider$/);
});

story('the keyboard alone books, without JavaScript', { script: false }, async (page) => {
  const since = school.head();
  await page.goto(`${school.url}/`);
  await tabTo(page, (stop) => stop.text === 'Planning');
  await leads(page, () => page.keyboard.press('Enter'));
  await tabTo(page, (stop) => /^Semaine \d+$/.test(stop.text));
  await page.goto(free.week);
  await tabTo(page, (stop) => stop.text === '+');
  await leads(page, () => page.keyboard.press('Enter'));
  const first = await text(page, '.chosen summary b');
  await tabTo(page, (stop) => stop.tag === 'summary');
  await page.keyboard.press('Enter');
  await tabTo(page, (stop) => stop.id === 'resource');
  await page.keyboard.type('Enceinte');
  await tabTo(page, (stop) => stop.id === 'purpose');
  await page.keyboard.type('6e D, chant');
  await tabTo(page, (stop) => stop.id === 'name');
  await page.keyboard.type('Yann Clavier');
  await tabTo(page, (stop) => stop.id === 'email');
  await page.keyboard.type('yann.clavier@college.example');
  await leads(page, () => page.keyboard.press('Enter'));
  assert.match(stem(page), /-enceinte-mobile-/);
  assert.doesNotMatch(first, /Enceinte/);
  assertBooked(stem(page), since);
});

story('a room’s page shows its week and leads to its free places', { viewport: PHONE }, async (page) => {
  await page.goto(`${school.url}/resources/salle-info-1/`);
  assert.equal(await overflow(page), null);
  assert.ok((await texts(page, '#week thead th')).length > 1);
  await leads(page, () => page.tap('.head .button-main'));
  assert.equal(await page.$eval('#resource', (field) => field.value), 'salle-info-1');
  const calendar = await fetch(`${school.url}/reservations/salle-info-1.ics`);
  assert.match(await calendar.text(), /^BEGIN:VCALENDAR/);
});

story('the week prints on two landscape sheets, free places empty', {}, async (page) => {
  await page.goto(`${school.url}/reservations/`);
  await page.emulateMediaType('print');
  const shown = (selector) => page.$$eval(selector, (all) => all.filter((element) => element.checkVisibility()).length);
  assert.equal(await shown('.free'), 0);
  assert.equal(await shown('nav, .pager, .passed > summary'), 0);
  assert.equal(await shown('.day h2'), (await page.$$('.days a')).length, 'days that are over print too');
  await page.emulateMediaType(null);
  const sheets = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.ok((sheets.match(/\/Type\s*\/Page\b/g) ?? []).length <= 2);
  const [, width, height] = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/.exec(sheets);
  assert.ok(Number(width) > Number(height), 'landscape');
});

story('a static copy fills the form from the address, and offers a mail', {}, async (page) => {
  await page.goto(`file://${join(school.dir, 'public/reservations/new/index.html')}?resource=cdi&slot=M2&date=2027-01-11`);
  const typed = await page.$eval('form[data-main]', (sent) => Object.fromEntries(new FormData(sent)));
  assert.deepEqual([typed.resource, typed.slot, typed.date], ['cdi', 'M2', '2027-01-11']);
  assert.ok(await page.$eval('[data-offline]', (notice) => notice.checkVisibility()));
  const letter = decodeURIComponent(await page.$eval('[data-mail]', (link) => link.search));
  for (const words of ['subject=Réserver', 'CDI', '2027-01-11', 'M2']) assert.ok(letter.includes(words), letter);
});
