// What every story needs: a demonstration school, a browser, and a folder that holds all they write. Everything
// is stopped and removed at the end, also when a test fails or the run is interrupted.
//
// To run them: `npm ci`, then `GUICHET=…/guichet npm test` in this folder, with Debian's chromium and git.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import puppeteer from 'puppeteer-core';

const HERE = dirname(fileURLToPath(import.meta.url));
const GUICHET = resolve(process.env.GUICHET ?? join(HERE, '../../target/release/guichet'));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** What a person has set up on this machine is none of the tests' business. */
const ENVIRONMENT = {
  GUICHET_LOG: 'warn',
  ...process.env,
  LC_ALL: 'fr_FR.UTF-8',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
};
/** Starting and stopping take at most this long, on a slow machine. */
const PATIENCE_MS = 90_000;
/** Between two looks at something that nobody announces. */
const GLANCE_MS = 25;

export const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true };
export const SERVICE = 'service.informatique@college.example';

const folder = mkdtempSync(join(tmpdir(), 'guichet-browser-'));
const children = new Set();
/** What servers said on standard error; of interest when something failed. */
const complaints = [];
let starting;
let browser;

/** Once the processes are gone nobody writes there any more; until then, a folder may fill again. */
const removeAll = () => {
  for (const child of children) child.kill('SIGKILL');
  browser?.process().kill('SIGKILL');
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
      return;
    } catch (error) {
      if (tries === 19) process.stderr.write(`${folder} stays: ${error.message}\n`);
    }
  }
};
process.on('exit', (code) => {
  removeAll();
  if (code) process.stderr.write(Buffer.concat(complaints));
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    await starting?.catch(() => {});
    process.exit(1);
  });
}

after(async () => {
  await browser?.close();
  await Promise.all([...children].map(stopped));
});

/** A new folder that is removed at the end. */
export const fresh = (name) => mkdtempSync(join(folder, `${name}-`));

/** The clock of an impatient person: `look` again until it says something true. */
export async function until(what, look, within_ms = 10_000) {
  const end = performance.now() + within_ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(performance.now() < end, `within ${within_ms} ms: ${what}`);
    await pause(GLANCE_MS);
  }
}

/** Runs `guichet` to its end; what it printed. */
export const guichet = (...args) => execFileSync(GUICHET, args, { encoding: 'utf8', env: ENVIRONMENT });

async function stopped(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGTERM');
    await gone;
  }
  children.delete(child);
}

/** Starts `guichet` as a server; its address. */
async function serving(args) {
  const child = spawn(GUICHET, [...args, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
  children.add(child);
  child.stderr.on('data', (words) => { complaints.push(words); });
  const url = await new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`guichet ${args[0]} does not start`)), PATIENCE_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`guichet ${args[0]} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^listening on (http:\S+)/.exec(line);
      if (found) { clearTimeout(tooLate); resolve(found[1]); }
    });
  });
  return { url, stop: () => stopped(child) };
}

/** A school that begins today, in a language, with nothing declared; its address. */
export async function beginner(language) {
  const dir = join(fresh('beginner'), 'site');
  execFileSync(GUICHET, ['init', dir], { env: { ...ENVIRONMENT, LC_ALL: language }, stdio: ['ignore', 'ignore', 'inherit'] });
  return (await serving(['serve', '--site', dir])).url;
}

/** A fictitious school that is being served: its address, its folder, and what a référent does there. */
export async function demo() {
  const dir = fresh('school');
  const { url, stop } = await serving(['demo', '--dir', dir]);
  const path = (id) => `tickets/${id.slice(0, 4)}/${id.slice(5, -2)}xx/${id}.md`;
  const git = (...args) => execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', env: ENVIRONMENT }).trim();
  const commit = (message) => { git('add', '-A'); git('commit', '-qm', message); };
  return {
    url,
    dir,
    git,
    commit,
    stop,
    head: () => git('rev-parse', 'HEAD'),
    /** Paths that changed from a commit to the tip, with git's letter for how. */
    changed: (since) => git('diff', '--name-status', '--no-renames', since, 'HEAD').split('\n').filter(Boolean),
    commits: (since) => Number(git('rev-list', '--count', `${since}..HEAD`)),
    read: (id) => readFileSync(join(dir, path(id)), 'utf8'),
    write(id, text) {
      mkdirSync(dirname(join(dir, path(id))), { recursive: true });
      writeFileSync(join(dir, path(id)), text);
    },
    append: (id, text) => appendFileSync(join(dir, path(id)), text),
    attach(id, name, bytes) {
      const there = join(dir, path(id).slice(0, -3));
      mkdirSync(there, { recursive: true });
      writeFileSync(join(there, name), bytes);
    },
  };
}

async function start() {
  const launched = await puppeteer.launch({
    executablePath: CHROMIUM,
    userDataDir: fresh('profile'),
    env: { ...process.env, XDG_CONFIG_HOME: fresh('config'), XDG_CACHE_HOME: fresh('cache') },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--lang=fr-FR'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  browser = launched;
  return launched;
}

/**
 * A page in a browser that nobody used before. `page.faults` collects what no page of Guichet may do: errors in
 * the console, what the policy forbade, dialogs, requests to another host.
 */
export async function visitor({ viewport = { width: 1280, height: 900 }, script = true } = {}) {
  starting ??= start();
  const context = await (await starting).createBrowserContext();
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser notes every answer of 400 and above, also where the page itself is what was asked for.
    const refusal = message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (['error', 'warn'].includes(message.type()) && !refusal) faults.push(`console: ${message.text()} ${message.location().url ?? ''}`);
  });
  page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    // The browser draws its own controls from data: addresses.
    if (!['file:', 'mailto:', 'data:'].includes(protocol) && hostname !== '127.0.0.1') faults.push(`request: ${request.url()}`);
  });
  await page.setViewport(viewport);
  await page.setJavaScriptEnabled(script);
  return Object.assign(page, { faults, leave: () => context.close() });
}

/** Does `act`, and waits for the page that it leads to. */
export async function leads(page, act) {
  const [response] = await Promise.all([page.waitForNavigation(), act()]);
  return response;
}

export const text = (page, selector) => page.$eval(selector, (element) => element.textContent.replace(/\s+/g, ' ').trim());
export const texts = (page, selector) => page.$$eval(selector, (all) => all.map((element) => element.textContent.replace(/\s+/g, ' ').trim()));

/** The mails that the demonstration would have sent about something. */
export async function mails(page, url, subject) {
  await page.goto(`${url}/courrier/`);
  const all = await page.$$eval('.mail', (letters) => letters.map((letter) => ({
    subject: letter.querySelector('h2').textContent,
    to: letter.querySelector('dd').textContent,
    text: letter.querySelector('.mail-text').textContent,
  })));
  return all.filter((mail) => mail.subject.includes(subject));
}

/** Where the focus is, in few words, and whether it can be seen. */
export const focus = (page) => page.evaluate(() => {
  const here = document.activeElement;
  const marked = (element, pseudo) => {
    const style = element && getComputedStyle(element, pseudo);
    return !!style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const { width, height } = here.getBoundingClientRect();
  return {
    tag: here.localName,
    id: here.id,
    text: here.textContent.replace(/\s+/g, ' ').trim().slice(0, 60),
    seen: width > 0 && height > 0 && (marked(here) || marked(here, '::after') || (here.type === 'radio' && marked(here.nextElementSibling))),
  };
});

/** Presses Tab until `there` agrees; every stop on the way has to be seen. */
export async function tabTo(page, there) {
  const stops = [];
  while (stops.length < 120) {
    await page.keyboard.press('Tab');
    const stop = await focus(page);
    assert.ok(stop.tag === 'body' || stop.seen, `the focus can not be seen: ${JSON.stringify(stop)}`);
    if (there(stop)) return stop;
    stops.push(stop.id || stop.text);
  }
  throw new Error(`Tab never came there: ${stops.join(', ')}`);
}

/** Where a text begins to overflow the window, or nothing. */
export const overflow = (page) => page.evaluate(() => {
  const [wide, room] = [document.documentElement.scrollWidth, window.innerWidth];
  if (wide <= room) return null;
  const culprits = [...document.querySelectorAll('main *, header *')].filter((e) => e.getBoundingClientRect().right > room + 1);
  return `${wide} > ${room}: ${culprits.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(' | ')}`;
});

const crcTable = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc32 = (bytes) => ~bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 255] ^ (crc >>> 8), ~0) >>> 0;

/** A PNG: an orange picture of that size. */
export function png(width, height) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.alloc(1), ...Array(width).fill(Buffer.from([230, 120, 30]))]);
  const data = deflateSync(Buffer.concat(Array(height).fill(row)));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0)),
  ]);
}
