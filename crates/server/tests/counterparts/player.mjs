// Drives Chromium over a member's pages: node player.mjs MODULES ADDRESS INSTITUTION
import { createRequire } from 'node:module';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';

const [modules, base, town] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, 'x.js'))('playwright-core');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
const wrong = [];

async function enter(options) {
  const context = await browser.newContext({ locale: 'en', ...options });
  const page = await context.newPage();
  page.on('console', m => { if (m.type() === 'error' && !/favicon/.test(m.text())) wrong.push(m.text()); });
  page.on('pageerror', e => wrong.push(String(e)));
  await page.goto(`${base}/enter/${town}`);
  await page.fill('#card', '1001');
  await page.fill('#pin', '1234');
  await page.click('form[action$="/card"] button');
  await page.waitForURL('**/listen');
  return page;
}

const page = await enter({ viewport: { width: 1200, height: 900 } });
const time = async () => {
  const [m, s] = (await page.textContent('#player .time')).split('/')[0].trim().split(':').map(Number);
  return m * 60 + s;
};
await page.click('a[href="/listen/album/rel-R1"]');
await page.waitForSelector('.songs [data-song="rec-A1"]');
await page.evaluate(() => { window.same = true; });
await page.click('.songs [data-song="rec-A1"] .play');
await page.waitForSelector('#player.sounds');
assert.equal(await page.textContent('#player .title'), 'Night Drive');
const drawn = await page.getAttribute('#player .seek .done', 'd');
assert.ok(drawn === null || drawn.startsWith('M'), 'a shape is drawn');

// What comes next can be changed.
await page.click('#player [data-do=queue]');
assert.equal(await page.locator('#queue li').count(), 3);
await page.click('#queue li:last-child [data-out]');
assert.equal(await page.locator('#queue li').count(), 2);
await page.click('#player [data-do=queue]');

// Pages change around it: by links, back, a search and a form.
await page.click('header.top nav.line a[href="/discover"]');
await page.waitForURL('**/discover');
await page.goBack();
await page.waitForURL('**/listen/album/rel-R1');
await page.click('.songs [data-song="rec-A2"] .star');
await page.waitForSelector('.songs [data-song="rec-A2"] .star[aria-pressed=true]');
assert.equal(new URL(page.url()).pathname, '/listen/album/rel-R1', 'a star keeps the page');
assert.ok(await page.evaluate(() => window.same), 'no page was loaded anew');
assert.ok(await page.$('#player.sounds'), 'and it plays on');

// The next one begins by itself.
await page.waitForFunction(() => document.querySelector('#player .title').textContent.includes('KN Remix'), null, { timeout: 40000 });
await page.waitForSelector('.songs [data-song="rec-A2"].now');
assert.ok(await page.evaluate(() => window.same));
// Paused and gone on with; the last one is heard to its end.
await page.click('#player [data-do=toggle]');
await page.waitForSelector('#player:not(.sounds)');
const at = await time();
await page.waitForTimeout(400);
assert.equal(await time(), at, 'a pause is a pause');
await page.click('#player [data-do=toggle]');
await page.waitForFunction(() => /^0:(09|10) \/ 0:10$/.test(document.querySelector('#player .time').textContent.trim()) && !document.querySelector('#player').classList.contains('sounds'), null, { timeout: 40000 });
await page.waitForTimeout(600);
await page.reload();
await page.waitForSelector('#player:not([hidden])');
assert.equal(await page.textContent('#player .title'), 'Night Drive (KN Remix)', 'the queue is there again');

// Without scripts the browser's own player is there.
const plain = await enter({ javaScriptEnabled: false });
await plain.goto(`${base}/listen/song/rec-A1`);
assert.ok(await plain.isVisible('audio') && !(await plain.isVisible('#player')));
await plain.setViewportSize({ width: 390, height: 800 });
await plain.click('details.all > summary');
assert.ok(await plain.isVisible('details.all a[href="/figures"]'), 'the menu opens without scripts');
assert.deepEqual(wrong, [], 'nothing was refused by the policy, nothing broke');

const shots = process.env.TANTIEME_TEST_SHOTS;
if (shots) {
  mkdirSync(shots, { recursive: true });
  for (const lang of ['fr', 'en']) {
    for (const width of [1200, 390]) {
      const seen = await enter({ viewport: { width, height: width > 500 ? 900 : 800 }, locale: lang });
      for (const [name, path] of Object.entries({
        home: '/listen', search: '/listen/search?q=night', album: '/listen/album/rel-R1', song: '/listen/song/rec-A1', favourites: '/listen/favourites',
        lists: '/listen/lists', history: '/listen/history', players: '/listen/players', money: '/listen/money', enter: `/enter/${town}`, first: '/', account: '/account', discover: '/discover',
      })) {
        await seen.goto(`${base}${path}`);
        await seen.waitForTimeout(250);
        await seen.screenshot({ path: join(shots, `${name}-${lang}-${width}.png`), fullPage: true });
      }
      if (width === 390) { await seen.click('details.all > summary'); await seen.screenshot({ path: join(shots, `menu-${lang}-${width}.png`) }); }
      await seen.context().close();
    }
  }
}
await browser.close();
