// Every kind of page: usable by everybody (axe-core), light and dark, narrow and wide, by keyboard, within the
// policy that it is served with.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { beginner, demo, focus, guichet, leads, mails, overflow, png, text, until, visitor } from './kit.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [320, 1280];
const SCHEMES = ['light', 'dark'];

/** A ticket with everything that a ticket can have. */
const FULL = `---
title: "Un très long titre, avec un_mot_qui_ne_se_coupe_pas_parce_que_personne_n_y_a_mis_d_espace, et la suite"
status: en-cours
resource: salle-info-1
category: logiciel
severity: installation
created: 2026-11-02T08:12:00+01:00
assignee: paul.durand
attachments: [photo.png, notice.pdf]
duplicate_of: 2026-0036
out_of_service: true
planned: 2026-12-03
handed_to: "Département, INC-4413"
banner: true
---
# Un titre dans le texte

- une liste, *penchée* et **grasse**
- [un lien](https://www.example.org/)

| Poste | État |
|---|---|
| 1 | \`\`éteint\`\` |

> Une citation.

\`\`\`
une ligne de code qui est beaucoup trop longue pour un téléphone, et qui continue encore un peu plus loin que le bord
\`\`\`
<!-- note interne : ne pas montrer -->
`;

let school;
before(async () => {
  school = await demo();
  school.write('2026-8001', FULL);
  school.attach('2026-8001', 'photo.png', png(40, 30));
  school.attach('2026-8001', 'notice.pdf', '%PDF-1.4\n');
  for (let n = 9001; n <= 9060; n += 1) school.write(`2026-${n}`, `---\ntitle: Vieux poste ${n}\nstatus: ferme\nresource: salle-a101\n---\nRéglé.\n`);
  school.commit('Reprise du cahier [sans mail]');
  school.append('2026-8001', '\nÇa **avance** : la pièce est commandée.\n');
  school.commit('2026-8001 : réponse');
  school.write('2026-0040', school.read('2026-0040').replace('status:', 'stauts:'));
  school.write('2026-0041', school.read('2026-0041').replace('title: ', 'title: a: b: '));
  school.commit('Deux fautes');
  school.write('2026-0042', school.read('2026-0042').replace('status: nouveau', 'status: pris en charge'));
  const page = await visitor();
  await until('the problems', async () => {
    await page.goto(`${school.url}/problems/`);
    return (await page.$$('.complaint')).length >= 2;
  });
  await until('the uncommitted change', async () => {
    await page.goto(`${school.url}/tickets/2026-0042/`);
    return await text(page, '.head .status') === 'Pris en charge';
  });
  await page.goto(`${school.url}/tickets/new/?resource=cdi`);
  await page.type('#description', 'Pour que la boîte aux lettres ne soit pas vide');
  await page.type('#name', 'Anne Lettre');
  await page.type('#email', 'anne.lettre@college.example');
  await leads(page, () => page.click('main form [type=submit]'));
  kinds['ticket, fresh'] = new URL(page.url()).pathname;
  kinds.team = guichet('--site', school.dir, 'team-link').trim().slice(school.url.length);
  await page.goto(school.url + kinds.team);
  const deeds = await page.$$eval('[aria-labelledby=group-nouveau] li:first-child form', (forms) => forms.map((form) => new URL(form.action).pathname));
  [kinds['errand, take over'], kinds['errand, answer']] = deeds;
  await page.goto(`${school.url}/reservations/`);
  const free = () => page.$$eval('.free', (all) => all.find((link) => link.search.includes('resource=salle-polyvalente'))?.href);
  let place;
  do await leads(page, () => page.click('.pager [rel=next]')); while (!(place = await free()));
  await page.goto(place);
  await page.type('#purpose', 'Conseil de classe, 3e C');
  await page.type('#name', 'Anne Lettre');
  await page.type('#email', 'anne.lettre@college.example');
  await leads(page, () => page.click('main form [type=submit]'));
  const letters = await mails(page, school.url, '[Réservation] En attente');
  const link = (words) => new RegExp(`${words}\\s*:\\s*(\\S+)`).exec(letters.map((mail) => mail.text).join('\n'))[1].slice(school.url.length);
  kinds['errand, cancel a booking'] = link('Annuler ma réservation');
  kinds['errand, change a booking'] = link('Modifier ma réservation');
  kinds['errand, change refused'] = [link('Modifier ma réservation'), async (there) => {
    await there.$eval('#purpose', (field) => { field.value = ''; });
    await send('form[data-signed]')(there);
  }];
  kinds['errand, accept a booking'] = link('Accepter la réservation');
  kinds['errand, refuse a booking'] = link('Refuser la réservation');
  kinds['errand, refused'] = [deeds[1], send('form[data-signed]')];
  const series = new URL(place);
  series.searchParams.set('resource', 'cdi');
  series.searchParams.set('repeat', 'weekly');
  series.searchParams.set('until', new Date(Date.parse(series.searchParams.get('date')) + 35 * 864e5).toISOString().slice(0, 10));
  await page.goto(series.href);
  await page.type('#purpose', 'Club lecture');
  await page.type('#name', 'Anne Lettre');
  await page.type('#email', 'anne.lettre@college.example');
  await leads(page, () => page.click('main form[data-main] > .send [type=submit]'));
  await leads(page, () => page.click('[aria-labelledby=dates] [type=submit]'));
  const [repeated] = (await mails(page, school.url, '[Réservation] Confirmée')).filter((mail) => mail.text.includes('Club lecture'));
  const of = (words) => new RegExp(`${words}\\s*:\\s*(\\S+)`).exec(repeated.text)[1].slice(school.url.length);
  kinds['errand, cancel a series'] = of('Annuler ma réservation');
  kinds['errand, which day of a series'] = of('Modifier ma réservation');
  kinds['errand, change a day of a series'] = [of('Modifier ma réservation'), (there) => leads(there, () => there.click('.each-day a'))];
  await page.leave();
});

/** Sends the form of a page as it is. */
const send = (form) => async (page) => {
  await page.$eval(form, (element) => { element.closest('details')?.setAttribute('open', ''); });
  assert.equal((await leads(page, () => page.click(`${form} [type=submit]`))).status(), 422);
};

/** Where a kind of page is, and what has to be done there to see it. */
const kinds = {
  dashboard: '/',
  'tickets, newest': '/tickets/',
  'tickets, older': ['/tickets/', (page) => leads(page, () => page.click('.pager [rel=next]'))],
  'tickets, filtered': '/tickets/status/en-cours/',
  'ticket, fresh': null,
  'ticket, full': '/tickets/2026-8001/',
  'ticket, with answers': '/tickets/2026-0036/',
  'ticket, closed': '/tickets/2026-0033/',
  'ticket, broken': '/tickets/2026-0040/',
  'ticket, uncommitted': '/tickets/2026-0042/',
  resource: '/resources/salle-b204/',
  'resource, nothing open': '/resources/salle-a103/',
  resources: '/resources/',
  form: '/tickets/new/',
  'form, from a QR code': '/tickets/new/?resource=salle-b204',
  'form, refused': ['/tickets/new/', send('form[data-main]')],
  'answer, refused': ['/tickets/2026-0036/', send('#answer')],
  'me too, refused': ['/tickets/2026-0036/', send('#me-too')],
  team: null,
  'errand, take over': null,
  'errand, answer': null,
  'errand, refused': null,
  'errand, cancel a booking': null,
  'errand, change a booking': null,
  'errand, change refused': null,
  'errand, cancel a series': null,
  'errand, which day of a series': null,
  'errand, change a day of a series': null,
  'errand, accept a booking': null,
  'errand, refuse a booking': null,
  planning: '/reservations/',
  'planning, coming': ['/reservations/', (page) => leads(page, () => page.click('.pager [rel=next]'))],
  'planning, a group': ['/reservations/', (page) => leads(page, () => page.click('.groups li:last-child a'))],
  'the day': '/reservations/today/',
  'what is free': '/reservations/free/',
  'door display': '/resources/salle-info-1/door/',
  'resource, bookable': '/resources/salle-info-1/',
  'booking form': '/reservations/new/',
  'booking form, from the planning': ['/reservations/', async (page) => {
    await leads(page, () => page.click('.pager [rel=next]'));
    await leads(page, () => page.click('.free'));
  }],
  'booking form, refused': ['/reservations/new/', send('form[data-main]')],
  report: '/report/',
  labels: '/resources/labels/',
  problems: '/problems/',
  courrier: '/courrier/',
  'not found': '/nulle/part/',
};

async function open(page, kind) {
  const [path, act] = [kinds[kind]].flat();
  await page.goto(`${school.url}${path}`);
  await act?.(page);
}

/** What is wrong with the page that is open, in every width and scheme. */
async function faultsOf(page) {
  await page.$$eval('details', (all) => { for (const details of all) details.open = true; });
  await page.evaluate(AXE);
  const faults = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 800 });
    for (const scheme of SCHEMES) {
      await page.emulateMediaFeatures([
        { name: 'prefers-reduced-motion', value: 'reduce' },
        { name: 'prefers-color-scheme', value: scheme },
      ]);
      const violations = await page.evaluate(async (values) => {
        // A display that nobody touches or reads for long has no other way to stay right (WCAG 2.2.1, real-time exception).
        const rules = { 'meta-refresh': { enabled: !document.body.matches('.door') } };
        const result = await window.axe.run({ runOnly: { type: 'tag', values }, rules, resultTypes: ['violations'] });
        return result.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary.replace(/\s+/g, ' ')}`));
      }, RULES);
      faults.push(...violations.map((fault) => `${width} ${scheme} ${fault}`));
    }
    const wide = await overflow(page);
    if (wide) faults.push(`overflow at ${width}: ${wide}`);
  }
  return [...faults, ...page.faults];
}

/** Which kinds of page have a title. */
const titles = new Map();
for (const kind of Object.keys(kinds)) {
  test(`everybody can use: ${kind}`, async () => {
    const page = await visitor();
    await open(page, kind);
    const title = await page.title();
    assert.ok(title.endsWith('collège Jean-Moulin'), title);
    assert.equal(await page.$eval('html', (html) => html.lang), 'fr');
    assert.equal((await page.$$('h1')).length, 1, kind);
    titles.set(title, [...titles.get(title) ?? [], kind]);
    assert.deepEqual(await faultsOf(page), []);
    await page.leave();
  });
}

for (const [language, words] of [['fr_FR.UTF-8', 'Aucune demande ouverte'], ['en_GB.UTF-8', 'No open request']]) {
  test(`everybody can use: a school that begins, ${language}`, async () => {
    const url = await beginner(language);
    const page = await visitor();
    for (const path of ['/problems/', '/tickets/', '/resources/', '/tickets/new/', '/reservations/', '/reservations/new/', '/']) {
      await page.goto(`${url}${path}`);
      assert.deepEqual(await faultsOf(page), [], path);
    }
    assert.equal(await text(page, 'h1'), words);
    assert.equal(await page.$eval('html', (html) => html.lang), language.slice(0, 2));
    await page.leave();
  });
}

test('every page says in its title what it is', () => {
  const shared = [...titles.values()].filter((same) => same.length > 1);
  assert.deepEqual(shared, [['form', 'form, from a QR code']]);
  assert.equal([...titles.values()].flat().length, Object.keys(kinds).length);
});

for (const kind of ['dashboard', 'tickets, filtered', 'ticket, full', 'form, refused', 'problems', 'planning', 'resource, bookable']) {
  test(`the keyboard reaches everything, and sees where it is: ${kind}`, async () => {
    const page = await visitor();
    await open(page, kind);
    await page.$$eval('details', (all) => { for (const details of all) details.open = true; });
    const expected = await page.evaluate(() => {
      document.activeElement.blur();
      const reachable = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
      return reachable.filter((element) => element.checkVisibility() && !(element.type === 'radio' && !element.checked)).length;
    });
    await page.$eval('.skip', (link) => link.focus());
    for (let stop = 1; stop <= expected; stop += 1) {
      const here = await focus(page);
      assert.ok(here.seen, `stop ${stop} of ${expected}: ${JSON.stringify(here)}`);
      await page.keyboard.press('Tab');
    }
    assert.equal((await focus(page)).tag, 'body', 'all stops were met, and no other');
    await page.leave();
  });
}

test('an internal note is on no page', async () => {
  const page = await visitor();
  await page.goto(`${school.url}/tickets/2026-8001/`);
  assert.match(await text(page, '.prose'), /Un titre dans le texte/);
  for (const path of ['/tickets/2026-8001/', '/courrier/', '/problems/']) {
    await page.goto(`${school.url}${path}`);
    assert.doesNotMatch(await page.content(), /note interne/);
  }
  await page.leave();
});
