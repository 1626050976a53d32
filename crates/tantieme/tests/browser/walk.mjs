// Walks every page of the demo as each of its people: node walk.mjs MODULES TABLE [all]
//
// Reads from standard input the line that `tantieme demo --serve --json` printed. TABLE is the source of the table of
// addresses: a page that can be asked for and that nobody finds a way to is told. Pages are found by following links
// from the first page, as a reader would, and each is asked for by each person. It is looked at, once for each address of
// the table and answer, and again for whoever is shown something built in a way that nobody was shown before: axe-core
// finds nothing, nothing runs over the edge, nothing comes from elsewhere, no script blocks. By default a page is looked
// at in French, light and narrow, and in English, dark and wide; with `all` by everybody in all eight ways.
// TANTIEME_TEST_SHOTS names a folder for pictures.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, table, all] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const demo = JSON.parse(readFileSync(0, 'utf8').split('\n').find(l => l.startsWith('{')));
const base = demo.url;
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const only = process.env.TANTIEME_TEST_ROLE;

// A page in all may weigh so much, in bytes: the first page, and those with the player and its words.
// The player asks for its queue, a shape and a sound beside.
const FIRST_MOST = 60_000, MOST = 110_000, REQUESTS_MOST = 5, WITH_PLAYER_MOST = 8;
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Addresses that no link of the demo leads to, each with the reason.
const NO_WAY_TO = {
  '/health': 'for machines', '/favicon.ico': 'a picture', '/static/{file}': 'files', '/log/{*path}': 'files',
  '/oai': 'for machines', '/claim/{token}': 'from a mail', '/consent/mine/{token}': 'from a mail', '/sign-in/link/{token}': 'from a mail',
  '/sign-in/password': 'answers a form', '/sign-in/sent': 'answers a form', '/enter/{institution}/link': 'from a portal',
  '/enter/{institution}/oidc': 'leads away', '/enter/{institution}/cas': 'leads away', '/enter/oidc/back': 'from elsewhere', '/enter/cas/back': 'from elsewhere',
  '/users/auth/pmb': 'from a portal', '/set-list/answer': 'answers a form', '/enter/{institution}/card': 'answers a form', '/enter/{institution}/network': 'answers a form',
  '/listen/stream/{id}': 'sound', '/listen/cover/{id}': 'a picture', '/listen/wave/{id}': 'a shape', '/listen/queue': 'for the player',
  '/health/live': 'for machines', '/health/ready': 'for machines', '/metrics': 'for machines', '/listen/search': 'answers a form', '/listen/lists/add': 'answers a form',
  '/recording/{id}/path': 'answers a form', '/consent/recording/{name}': 'answers a form', '/claim': 'names what is claimed', '/heard/{party}/appeal': 'answers a form',
  '/institution/{party}/invitations/end': 'answers a form', '/selection/{slug}/picture/{hash}': 'a picture', '/game/{id}': 'the demo has none', '/briefs': 'leads to one\'s own',
  '/briefs/{party}/brief/{brief}/edit': 'only while it is a draft',
  '/sets/{party}/mailed/{draft}': 'from a mail', '/sets/{party}/mail': 'answers a form', '/set-list/shared': 'from a telephone', '/app.webmanifest': 'for telephones',
  '/briefs/{party}/session/{grant}': 'the demo grants none', '/house/grants/{grant}/log': 'the demo grants none', '/field/session/{grant}': 'the demo grants none',
  '/embed/selection/{slug}': 'for other sites', '/kiosk/{slug}': 'for a screen', '/kiosk/{slug}/{turn}': 'for a screen',
};
// Pages that are asked for beside those that links lead to.
const EXTRA = ['/no-such-page', '/second-factor', '/kiosk/', '/search?q=ada', '/discover?q=night', '/consent/check', '/join'];

const source = readFileSync(table, 'utf8');
const routes = [...source.matchAll(/\.route\(\s*"([^"]+)",\s*([\s\S]*?)\)\s*(?=\.route|\.layer|\.merge|\.fallback|;|\.nest)/g)]
  .map(([, path, way]) => ({ path, gets: /get\((?!pages::\w+(::\w+)?::back)/.test(way), pattern: new RegExp(`^${path.replace(/\{\*[^}]+\}/g, '.+').replace(/\{[^}]+\}/g, '[^/]+')}$`) }));
const route = path => routes.filter(r => r.pattern.test(path)).sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]?.path;

const wrong = [];
const say = (who, path, what) => wrong.push(`${who} ${path}: ${what}`);
const seen = new Map();
let looked = 0;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

// Each comes from a network of their own, as through a relay: nobody is taken for the house's own machine, and what is
// paced is paced for one person.
let networks = 0;

async function enter(who) {
  const context = await browser.newContext({ locale: 'fr', viewport: { width: 390, height: 800 }, extraHTTPHeaders: { 'x-forwarded-for': `198.${(networks += 1) + 10}.100.7` } });
  const page = await context.newPage();
  if (who) {
    await page.goto(`${base}/sign-in`);
    const form = page.locator('form[action="/sign-in/password"]');
    await form.evaluate(f => f.closest('details')?.setAttribute('open', ''));
    await form.locator('[name=login]').fill(who.name);
    await form.locator('[name=password]').fill(who.password);
    await Promise.all([page.waitForNavigation(), form.locator('button').click()]);
    if (page.url().includes('/sign-in')) throw new Error(`${who.name} was not let in: ${await page.textContent('main')}`);
  }
  return { context, page };
}

// Asks again after as long as the house asks to wait: the house is paced, and we are many at one address.
async function patiently(ask) {
  for (;;) {
    const answer = await ask();
    if (answer.status() !== 429) return answer;
    await new Promise(done => setTimeout(done, 1000 * Number(answer.headers()['retry-after'] ?? 1)));
  }
}

// What a page is built of: each kind of element with the one before it, whatever is written in them.
const shapes = new Set(), built = new Set();
function parts(body) {
  const elements = [...body.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/g)].map(([, tag, rest]) => `${tag}.${/ class="([^"]*)"/.exec(rest)?.[1] ?? ''}.${/ (?:type|role)="([^"]*)"/.exec(rest)?.[1] ?? ''}`);
  return [...new Set(elements.map((element, i) => `${elements[i - 1]} ${element}`))];
}

// Follows links without running anything, as a reader without scripts; one address for each kind of page.
async function crawl(context, role) {
  const waiting = ['/', ...EXTRA], known = new Set(waiting), pages = [];
  const times = new Map();
  while (waiting.length) {
    const path = waiting.shift();
    const url = new URL(path, base);
    const kind = route(url.pathname) ?? 'none';
    const shape = kind + (url.search ? '?' + [...url.searchParams.keys()].sort() : '');
    const count = times.get(shape) ?? 0;
    if (count >= 3) continue;
    times.set(shape, count + 1);
    const answer = await patiently(() => context.request.get(url.href, { maxRedirects: 0, headers: { 'accept-language': 'en' } }));
    const type = answer.headers()['content-type'] ?? '';
    if (answer.status() >= 500) say(role, path, `status ${answer.status()}`);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (answer.status() >= 300 && answer.status() < 400) {
      const to = new URL(answer.headers().location, url);
      if (to.origin === url.origin && !known.has(to.pathname + to.search)) { known.add(to.pathname + to.search); waiting.push(to.pathname + to.search); }
      continue;
    }
    if (!type.startsWith('text/html')) continue;
    const body = await answer.text();
    const policy = answer.headers()['content-security-policy'] ?? '';
    if (!policy.includes("default-src 'none'") || policy.includes('unsafe')) say(role, path, `policy ${policy}`);
    if (/ style="|<style|<script(?![^>]* src=)| on[a-z]+="/.test(body)) say(role, path, 'something inline');
    if (/Unknown localization/.test(body)) say(role, path, 'a text is missing');
    if (/<script(?![^>]*(defer|async|type="module"))/.test(body)) say(role, path, 'a script that blocks');
    const unseen = parts(body).filter(part => !built.has(part));
    if (all ? count === 0 : unseen.length || !shapes.has(shape + answer.status())) pages.push({ path, shape, status: answer.status() });
    shapes.add(shape + answer.status());
    for (const part of unseen) built.add(part);
    for (const [, href] of body.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      const to = new URL(href.replaceAll('&amp;', '&'), url);
      if (to.origin !== url.origin) continue;
      const here = to.pathname + (to.searchParams.has('lang') ? '' : to.search);
      if (!known.has(here) && !to.pathname.startsWith('/static/')) { known.add(here); waiting.push(here); }
    }
  }
  return pages;
}

async function look({ context, page }, role, { path, shape }) {
  const requests = [];
  const taken = r => requests.push(r);
  page.on('response', taken);
  const heard = m => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) say(role, path, `console: ${m.text()}`); };
  page.on('console', heard);
  const ways = [];
  for (const lang of ['fr', 'en']) for (const scheme of ['light', 'dark']) for (const width of [390, 1200]) {
    if (all || (lang === 'fr') === (scheme === 'light') && (scheme === 'light') === (width === 390)) ways.push({ lang, scheme, width });
  }
  let last, first = true;
  for (const { lang, scheme, width } of ways) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    if (lang !== last) {
      requests.length = 0;
      await patiently(() => { requests.length = 0; return page.goto(base + path + (path.includes('?') ? '&' : '?') + 'lang=' + lang, { waitUntil: 'load' }); });
      last = lang;
      await page.evaluate(() => document.querySelectorAll('main details').forEach(d => { d.open = true; }));
      if (first) await weigh(role, path, requests);
      first = false;
      // What is read on a desk is read on a telephone too, but for words that only name a column.
      const words = [];
      for (const wide of [1200, 390]) {
        await page.setViewportSize({ width: wide, height: 900 });
        words.push(await page.evaluate(() => document.querySelector('main')?.innerText.split(/\s+/).length ?? 0));
      }
      await page.setViewportSize({ width, height: 900 });
      if (words[1] < 0.85 * words[0]) say(role, path, `${words[0]} words on a desk, ${words[1]} on a telephone`);
    }
    const over = await page.evaluate(() => {
      const most = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= most) return null;
      const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > most + 1);
      return `${document.documentElement.scrollWidth} of ${most} px: ` + wide.slice(0, 3).map(e => `${e.tagName}.${e.className?.baseVal ?? e.className}`).join(', ');
    });
    if (over) say(role, path, `runs over the edge (${lang}, ${width}): ${over}`);
    if (!await page.evaluate('!!window.axe')) await page.evaluate(axe + ';0');
    const found = await page.evaluate(tags => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(r => r.violations), TAGS);
    for (const v of found) {
      say(role, path, `axe ${v.id} (${lang}, ${scheme}, ${width}): ${v.help}: ${v.nodes.slice(0, 3).map(n => `${n.target.join(' ')} ${n.any?.[0]?.message ?? n.all?.[0]?.message ?? ''}`).join(' | ')}`);
    }
    looked += 1;
    if (process.env.TANTIEME_TEST_SHOTS) {
      const folder = join(process.env.TANTIEME_TEST_SHOTS, role);
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${shape.replace(/[^\w?,-]+/g, '_')}-${lang}-${scheme}-${width}.png`), fullPage: true });
    }
  }
  page.off('response', taken);
  page.off('console', heard);
}

async function weigh(role, path, requests) {
  let bytes = 0;
  for (const r of requests) {
    const url = new URL(r.url());
    if (url.origin !== base && url.protocol !== 'data:') say(role, path, `asks ${url.origin}`);
    const media = ['image', 'media', 'font'].includes(r.request().resourceType()) && !url.pathname.startsWith('/static/');
    // What was given up on the way has no length.
    const late = new Promise(done => setTimeout(done, 5000, '').unref());
    if (!media) bytes += (await Promise.race([r.body().catch(() => ''), late])).length;
  }
  const most = path === '/' ? FIRST_MOST : MOST;
  if (bytes > most) say(role, path, `weighs ${bytes} of ${most} bytes`);
  const files = requests.filter(r => !/\/(cover|picture)\//.test(r.url())).length;
  const player = requests.some(r => r.url().includes('/static/player.js'));
  if (files > (player ? WITH_PLAYER_MOST : REQUESTS_MOST)) say(role, path, `${files} requests`);
  if (path === '/') console.log(`${role}: first page ${bytes} bytes, ${files} requests`);
}

// Without scripts: what can be pressed does something, and what is read is there.
async function plain(role, state, pages) {
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: state, viewport: { width: 390, height: 800 }, extraHTTPHeaders: { 'x-forwarded-for': `198.${(networks += 1) + 10}.100.7` } });
  const page = await context.newPage();
  for (const { path } of pages) {
    await patiently(() => page.goto(base + path));
    if ((await page.locator('main h1').count()) !== 1) say(role, path, 'not one first heading');
    for (const button of await page.locator('button:visible').all()) {
      const form = await button.locator('xpath=ancestor::form').count();
      if (!form && !(await button.getAttribute('form'))) say(role, path, `a button that needs a script: ${await button.textContent()}`);
    }
  }
  await context.close();
}

const people = [null, ...new Map(demo.sign_ins.map(p => [p.role, p])).values()];
for (const who of people) {
  const role = who?.role ?? 'everyone';
  if (only && only !== role) continue;
  const began = Date.now();
  const place = await enter(who);
  const pages = await crawl(place.context, role);
  const state = await place.context.storageState();
  for (const one of pages) {
    if (process.env.TANTIEME_TEST_PAGE && !one.path.startsWith(process.env.TANTIEME_TEST_PAGE)) continue;
    const late = new Promise((_, no) => setTimeout(() => no(new Error(`${one.path}: nothing came of it within two minutes`)), 120000).unref());
    if (process.env.TANTIEME_TEST_TALK) console.log(role, one.path);
    await Promise.race([look(place, role, one), late]).catch(error => say(role, one.path, String(error)));
  }
  await plain(role, state, pages);
  await place.context.close();
  console.log(`${role}: ${pages.length} pages, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
await browser.close();
if (!only) for (const { path, gets } of routes) if (gets && !seen.has(path) && !NO_WAY_TO[path]) say('everyone', path, 'no way leads to this page');
console.log(`${looked} looks`);
for (const line of [...new Set(wrong)]) console.log(`WRONG ${line}`);
process.exit(wrong.length ? 1 : 0);
