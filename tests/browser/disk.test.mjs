// What `guichet build` writes: a site that opens from a USB stick, without any server.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { demo, fresh, guichet, leads, overflow, PHONE, png, text, visitor } from './kit.mjs';

let site;
const address = (path) => pathToFileURL(join(site, path)).href;

before(async () => {
  const school = await demo();
  const page = await visitor();
  const picture = join(fresh('photo'), 'tableau.png');
  writeFileSync(picture, png(32, 24));
  await page.goto(`${school.url}/tickets/new/?resource=salle-b204`);
  await page.type('#description', 'Avec une photo');
  await page.type('#name', 'Pia Photo');
  await page.type('#email', 'pia.photo@college.example');
  await (await page.$('#photo')).uploadFile(picture);
  await leads(page, () => page.click('main form [type=submit]'));
  await page.leave();
  await school.stop();
  // A name that a stick of the staff room may well have.
  site = join(fresh('stick'), 'Clé USB n° 1 #été');
  guichet('build', '--site', school.dir, '--output', site);
});

test('every link leads to a page that is there', async () => {
  const page = await visitor();
  const todo = [address('index.html')];
  const seen = new Set(todo);
  const anchors = new Map();
  const wanted = [];
  const faults = [];
  while (todo.length) {
    const here = todo.pop();
    // As a browser reads it, without the time that showing it takes.
    const { links, ids } = await page.evaluate((html, here) => {
      const read = new DOMParser().parseFromString(html, 'text/html');
      return {
        links: [...read.querySelectorAll('[href], [src], [action]')].map((element) => {
          const written = element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action');
          return {
            url: new URL(written, here).href,
            written,
            page: element.localName === 'a',
            form: element.localName === 'form',
            prose: !!element.closest('.prose'),
          };
        }),
        ids: [...read.querySelectorAll('[id]')].map((element) => element.id),
      };
    }, readFileSync(fileURLToPath(here), 'utf8'), here);
    anchors.set(here, ids);
    for (const link of links.filter(({ form, written }) => !form && !written.startsWith('mailto:'))) {
      const target = new URL(link.url);
      if (target.protocol !== 'file:') {
        if (!link.prose) faults.push(`${here}: ${link.written} is absolute`);
        continue;
      }
      if (link.written.startsWith('/') || link.written.startsWith('file:')) faults.push(`${here}: ${link.written} is absolute`);
      const anchor = decodeURIComponent(target.hash.slice(1));
      target.hash = '';
      target.search = '';
      const path = fileURLToPath(target);
      if (!existsSync(path) || !statSync(path).isFile()) faults.push(`${here}: ${link.written} leads nowhere`);
      else if (link.page && path.endsWith('.html') && !seen.has(target.href)) {
        seen.add(target.href);
        todo.push(target.href);
      }
      if (anchor) wanted.push([here, target.href, anchor]);
    }
  }
  for (const [here, target, anchor] of wanted) {
    if (anchors.has(target) && !anchors.get(target).includes(anchor)) faults.push(`${here}: no #${anchor} in ${target}`);
  }
  assert.deepEqual([...faults, ...page.faults], []);

  const written = readdirSync(site, { recursive: true }).map(String).filter((path) => path.endsWith('.html'));
  const unreached = written.filter((path) => !seen.has(address(path)));
  assert.deepEqual(unreached.sort(), ['404.html', 'problems/index.html']);
  assert.ok(seen.size > 80, `${seen.size} pages`);
  await page.leave();
});

// The sheet of labels shows where its codes lead, and warns when that is this machine alone.
test('no page names a server but the labels and the feed', () => {
  for (const path of readdirSync(site, { recursive: true }).map(String).filter((name) => /\.(html|css|js)$/.test(name))) {
    if (path !== 'resources/labels/index.html') assert.doesNotMatch(readFileSync(join(site, path), 'utf8'), /127\.0\.0\.1|localhost/, path);
  }
  assert.match(readFileSync(join(site, 'feed.xml'), 'utf8'), /<link href="http:/);
});

test('pages look and move as they do on the server', async () => {
  const page = await visitor({ viewport: PHONE });
  await page.goto(address('index.html'));
  const dark = 'rgb(42, 28, 84)';
  assert.equal(await page.$eval('.top', (header) => getComputedStyle(header).backgroundColor), dark);
  assert.ok(await page.$eval('.brand img', (logo) => logo.naturalWidth > 0));
  assert.equal(await overflow(page), null);
  await leads(page, () => page.tap('.row-title a'));
  assert.ok(await page.$('main[data-done]'));
  assert.match(await text(page, 'h1'), /Avec une photo/);
  await page.$eval('.photos img', (image) => image.scrollIntoView());
  await page.waitForFunction(() => document.querySelector('.photos img').naturalWidth === 32);
  await leads(page, () => page.tap('.top .brand'));
  assert.equal(page.url(), address('index.html'));
  assert.deepEqual(page.faults, []);
  await page.leave();
});

test('the form says that nobody listens, and prepares a mail', async () => {
  const page = await visitor();
  await page.goto(`${address('tickets/new/index.html')}?resource=salle-b204`);
  assert.ok(await page.$eval('[data-offline]', (notice) => notice.checkVisibility()));
  assert.equal(await page.$eval('#resource', (field) => field.value), 'salle-b204');
  assert.equal(await page.$eval('main form [type=submit]', (button) => button.checkVisibility()), false);
  await page.type('#description', 'Rien ne s’affiche & rien ne sonne');
  const mail = await page.$eval('[data-mail]', (link) => link.checkVisibility() && link.href);
  assert.match(mail, /^mailto:service\.informatique@college\.example\?subject=/);
  const body = new URLSearchParams(mail.slice(mail.indexOf('?'))).get('body');
  assert.match(body, /Rien ne s’affiche & rien ne sonne/);
  assert.match(body, /Salle B204/);
  assert.deepEqual(page.faults, []);
  await page.leave();
});

test('the styles and scripts stay small', () => {
  assert.ok(statSync(join(site, 'assets/style.css')).size <= 24_000);
  for (const [script, most] of [['guichet', 5_200], ['search', 3_000], ['place', 2_000]]) {
    assert.ok(statSync(join(site, `assets/${script}.js`)).size <= most, script);
  }
});
