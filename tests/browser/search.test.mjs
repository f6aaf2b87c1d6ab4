// The search of all tickets: as one types, by keyboard alone, from a stick, and without JavaScript.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { before, test } from 'node:test';
import { demo, fresh, guichet, text, texts, until, visitor } from './kit.mjs';

let school;
before(async () => { school = await demo(); });

const story = (name, options, act) => test(name, async () => {
  const page = await visitor(options);
  await act(page);
  assert.deepEqual(page.faults, []);
  await page.leave();
});

const said = (page, words) => until(words, async () => (await text(page, '[role=status]')) === words);
const TITLES = '.rows .row-title';

story('accents and case do not count, and the number is announced', {}, async (page) => {
  await page.goto(`${school.url}/tickets/`);
  const all = await texts(page, TITLES);
  await page.type('#q', 'VIDEO b204');
  await said(page, 'Demandes trouvées : 1 sur 50.');
  assert.deepEqual(await texts(page, TITLES), ['Le vidéoprojecteur de la B204 ne s\'allume plus']);
  assert.equal(await page.$eval('.row .status', (status) => status.className), 'status tone-new is-nouveau');
  await page.type('#q', ' introuvable');
  await said(page, 'Rien de tel. Essayez un autre mot, ou seulement le début.');
  await page.keyboard.press('Escape');
  await until('the whole list', async () => (await texts(page, TITLES)).length === all.length);
  assert.equal(await text(page, '[role=status]'), '');
});

story('Enter leads to the first result, and back to the search', {}, async (page) => {
  await page.goto(`${school.url}/tickets/`);
  await page.type('#q', '2026-0042');
  await said(page, 'Demandes trouvées : 1 sur 50.');
  await page.keyboard.press('Enter');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.equal(new URL(page.url()).pathname, '/tickets/2026-0042/index.html');
  await page.goBack();
  await said(page, 'Demandes trouvées : 1 sur 50.');
});

story('a copy on a stick searches its page', {}, async (page) => {
  const copy = fresh('stick');
  guichet('build', '--site', school.dir, '--output', copy);
  await page.goto(pathToFileURL(join(copy, 'tickets/index.html')).href);
  await page.type('#q', 'wifi');
  await until('results', async () => (await text(page, '[role=status]')).endsWith('Recherche limitée à cette page.'));
  assert.ok((await texts(page, TITLES)).length > 0);
});

story('without JavaScript there is no search and the list is whole', { script: false }, async (page) => {
  await page.goto(`${school.url}/tickets/`);
  assert.equal(await page.$eval('form[role=search]', (form) => form.hidden), true);
  assert.equal((await texts(page, TITLES)).length, 50);
});
