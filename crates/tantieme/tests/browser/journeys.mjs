// What people come for, from end to end, in a real browser over the demo: node journeys.mjs MODULES
//
// Reads from standard input the line that `tantieme demo --serve --json` printed. Each journey is one person's; what one
// leaves behind the next one finds. Passkeys are those of Chromium's own virtual authenticator.
// TANTIEME_TEST_SHOTS names a folder for pictures, TANTIEME_TEST_ONLY the journeys to play.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, 'x.js'))('playwright-core');
const demo = JSON.parse(readFileSync(0, 'utf8').split('\n').find(l => l.startsWith('{')));
// Passkeys need a name for the house; this machine has one.
const base = demo.url.replace('127.0.0.1', 'localhost');
const who = Object.fromEntries(demo.sign_ins.map(p => [p.role, p]));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
const shots = process.env.TANTIEME_TEST_SHOTS;
const wrong = [];

async function open(options = {}) {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.on('pageerror', e => wrong.push(String(e)));
  page.on('console', m => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`); });
  page.on('response', r => { if (r.status() >= 500) wrong.push(`${r.status()} ${r.url()}`); });
  return page;
}

async function enter(role, options) {
  const page = await open(options);
  await page.goto(`${base}/sign-in`);
  await page.click('details.more summary');
  await page.fill('#login', who[role].name);
  await page.fill('#password', who[role].password);
  await Promise.all([page.waitForURL('**/account'), page.click('form[action="/sign-in/password"] button')]);
  return page;
}

// A device with passkeys, whose owner always says yes.
async function device(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  return [cdp, (await cdp.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId];
}

async function addPasskey(page, name) {
  const known = await device(page);
  await page.goto(`${base}/account/passkey`);
  await page.fill('#passkey-name', name);
  await page.click('form[data-passkey] button');
  await page.waitForSelector('ul.codes, #passkeys');
  if (await page.$('ul.codes')) assert.equal(await page.locator('ul.codes li').count(), 10);
  return known;
}

// A day as forms write it: the demo's own time stands at the end of October.
const day = n => new Date(Date.parse('2026-11-01') + n * 86400000).toISOString().slice(0, 10);
const party = async page => {
  await page.goto(`${base}/account`);
  return (await page.getAttribute('a[href^="/statement/pty-"]', 'href')).split('/').pop();
};
const text = page => page.textContent('main');
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
let shot = 0;
async function look(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${String((shot += 1)).padStart(2, '0')}-${name}.png`), fullPage: true });
}

const journeys = {
  async everyone() {
    const page = await open();
    await page.goto(`${base}/`);
    await page.click('a[href="/figures"] >> nth=-1');
    assert.match(await page.textContent('h1'), /\w/);
    await page.goto(`${base}/search`);
    await page.fill('#name', who.producer.name);
    await press(page, 'form.search button');
    assert.ok((await text(page)).includes(who.producer.name), 'a credited name is found');
    for (const way of ['/rules', '/selections', '/places', '/consent', '/log']) {
      await page.goto(base + way);
      assert.equal(await page.locator('main h1').count(), 1, way);
    }
    await page.goto(`${base}/rules`);
    await page.click('#sets ~ ul li:first-child summary');
    assert.ok((await page.textContent('#sets ~ ul li:first-child .inside')).length > 80, 'a rule says itself in words');
    await look(page, 'rules');
  },

  async dj() {
    const page = await enter('dj');
    const id = await party(page);
    const title = await known();
    await page.goto(`${base}/set-list`);
    // A file that is dropped is a file that was chosen.
    await page.setInputFiles('#file', { name: 'friday.txt', mimeType: 'text/plain', buffer: Buffer.from(`${title}\nNobody Knows - A Tune Nobody Has\n`) });
    await page.fill('#event', 'A Friday');
    await page.fill('#date', '2026-10-23');
    await page.fill('#venue', 'Kiln');
    await page.fill('#city', 'Lyon');
    await page.check('input[name=gift][value=amount]');
    await page.fill('#amount', '50');
    await page.check('input[name=visibility][value=everything]');
    await press(page, 'form[action="/set-list"] button[type=submit]');
    assert.match(page.url(), /\/set-list\/set-/, await text(page));
    assert.ok((await text(page)).includes('A Friday'));
    assert.ok(await page.locator('.pay').count(), 'how to pay is shown');
    await look(page, 'set-list');
    // Doubtful lines are settled by one key each, where there are any.
    const doubts = page.locator('.doubts > li');
    if (await doubts.count()) {
      const key = await page.locator('.answer[accesskey]').first().getAttribute('accesskey');
      assert.ok(key, 'each answer has its key');
      await page.locator('.doubts .answer').first().focus();
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    }
    await page.goto(`${base}/sets/${id}`);
    assert.ok((await text(page)).includes('A Friday'));
    await look(page, 'past-sets');
    await page.click('a[href*="/set-list?like="] >> nth=0');
    assert.equal(await page.inputValue('#venue'), 'Kiln', 'the settings of last time');
    assert.equal(await page.inputValue('#amount'), '50.00');
    assert.equal(await page.inputValue('#event'), '', 'not the night itself');
    await page.goto(`${base}/sets/${id}`);
    await press(page, `form[action="/sets/${id}"] button >> nth=0`);
    await page.waitForSelector('#badge');
    assert.ok((await page.textContent('.pay pre')).length > 100, 'a badge is a signed note');
    await look(page, 'badge');
    await page.context().close();
  },

  async producer() {
    const page = await enter('producer');
    const id = await party(page);
    await page.goto(`${base}/statement/${id}`);
    assert.match(await text(page), /€/);
    await page.click('.ledger details summary >> nth=0');
    await look(page, 'statement');
    const pdf = await page.context().request.get(`${base}/statement/${id}/pdf`);
    assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
    // Money asks for a second factor; without one, nothing.
    await page.goto(`${base}/bank/${id}`);
    await page.fill('#holder', 'Ada Nwosu');
    await page.fill('#iban', 'DE02120300000000202051');
    await press(page, 'form[action^="/bank/"] button');
    assert.match(await text(page), /second factor/i, 'no bank details without a second factor');
    await addPasskey(page, 'My phone');
    await page.goto(`${base}/bank/${id}`);
    await page.fill('#holder', 'Ada Nwosu');
    await page.fill('#iban', 'DE02120300000000202052');
    await press(page, 'form[action^="/bank/"] button');
    assert.ok(await page.locator('.alert').count(), 'an IBAN with a slip is refused');
    assert.equal(await page.inputValue('#holder'), 'Ada Nwosu', 'and what was typed stays');
    await page.fill('#iban', 'DE02120300000000202051');
    await press(page, 'form[action^="/bank/"] button');
    assert.ok(!(await page.locator('.alert').count()), await text(page));
    await look(page, 'bank');
    // A track before it is out.
    await page.goto(`${base}/tracks/${id}`);
    await page.fill('#title', 'Harbour Lights Unfinished');
    await press(page, 'form:has(#title) button');
    assert.match(await text(page), /Harbour Lights Unfinished/);
    await look(page, 'tracks');
    // Shares with a collaborator, where one is stated.
    await page.goto(`${base}/shares/${id}`);
    if (await page.$('#recording')) {
      await page.fill('#to', who.dj.name);
      await page.fill('#share', '1');
      await press(page, 'form:has(#recording) button');
      assert.match(await text(page), /waits/, await text(page));
      offered = true;
    }
    await look(page, 'shares');
    // Thanks to whoever shows that they played.
    await page.goto(`${base}/thanks/${id}`);
    const thank = page.locator(`form[action="/thanks/${id}"]`).first();
    if (await thank.count()) {
      await thank.locator('[name=words]').fill('It made my week');
      await Promise.all([page.waitForNavigation(), thank.locator('button').click()]);
      assert.match(await text(page), /It made my week/);
    }
    await look(page, 'thanks');
    // Consents: a word for everything, and the receipt of what is said.
    await page.goto(`${base}/consent/of/${id}`);
    assert.match(await text(page), /AI/);
    if (await page.$('form:has([name=declare]) button')) await press(page, 'form:has([name=declare]) button');
    await page.check('input[name="train.gen"][value=refuse]');
    await press(page, 'form:has(#offer) button');
    assert.match(await page.textContent('section:has(#said)'), /train\.gen/, 'what was said stands with its entry of the log');
    await look(page, 'consents');
    kept.producer = page;
  },

  async passkey() {
    const page = await enter('brand');
    const [cdp, authenticator] = await addPasskey(page, 'Office');
    assert.match(await text(await at(page, '/account')), /Office/);
    const other = await enter('brand');
    await at(page, '/account');
    assert.equal(await page.locator('#sessions ~ ul li').count(), 2, 'both browsers are listed');
    await look(page, 'account');
    await press(page, 'section:has(#sessions) > form button');
    await other.goto(`${base}/account`);
    assert.match(other.url(), /\/sign-in/, 'a session that was ended opens nothing');
    await other.context().close();
    // Out, and in again by the passkey alone.
    await at(page, '/account');
    await press(page, 'form[action="/sign-out"] button');
    await page.goto(`${base}/sign-in/passkey?next=/briefs`);
    await page.click('form[data-passkey] button');
    await page.waitForURL('**/briefs**');
    // Somebody who says no is told so, and nothing happens.
    await at(page, '/account');
    await press(page, 'form[action="/sign-out"] button');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false });
    await page.goto(`${base}/sign-in/passkey`);
    await page.click('form[data-passkey] button');
    await page.waitForFunction(() => /\w/.test(document.querySelector('[role=status]').textContent) && !/asking/.test(document.querySelector('[role=status]').textContent), null, { timeout: 60000 }).catch(() => {});
    assert.match(page.url(), /\/sign-in\/passkey/);
    await look(page, 'passkey-door');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: true });
    await page.click('form[data-passkey] button');
    await page.waitForURL('**/account**');
    kept.brand = page;
  },

  async collaborator() {
    if (!offered) return;
    const page = await secured('dj', 'Phone');
    const id = await party(page);
    await page.goto(`${base}/shares/${id}`);
    assert.ok((await text(page)).includes(who.producer.name), 'the offer is there');
    await press(page, 'button[value=confirm]');
    assert.match(await text(page), /confirmed/);
    await look(page, 'share-confirmed');
    await page.context().close();
  },

  async institution() {
    const page = await enter('institution');
    const id = await party(page);
    await page.goto(`${base}/institution/${id}`);
    await look(page, 'institution');
    await page.goto(`${base}/institution/${id}/invitations`);
    await page.fill('[name=note]', 'Reading group');
    await page.fill('[name=uses]', '12');
    await page.fill('[name=until]', day(30));
    await press(page, 'form:has([name=note]) button');
    assert.match(await text(page), /Reading group|join/);
    await page.goto(`${base}/institution/${id}/selections`);
    // A selection of recordings with words, published, and read by anybody.
    await page.fill('#title', 'For a long evening');
    await page.fill('[name=items]', (await recordings()).map(id => `${id} slowly`).join('\n'));
    await press(page, 'form:has(#title) button');
    assert.ok((await text(page)).includes('For a long evening'));
    await press(page, 'button[value=published]');
    await look(page, 'selection-published');
    const reader = await open();
    await reader.goto(`${base}/selections`);
    await reader.click('a:has-text("For a long evening")');
    assert.match(await reader.textContent('main'), /slowly/);
    await look(reader, 'selection');
    await reader.context().close();
    for (const [way, name] of [['use', 'statistics'], ['money', 'money']]) {
      await page.goto(`${base}/institution/${id}/${way}`);
      assert.equal(await page.locator('main h1').count(), 1);
      await look(page, `institution-${name}`);
    }
    await page.context().close();
  },

  async member() {
    const page = await enter('member');
    await page.goto(`${base}/listen`);
    const album = await page.locator('a[href^="/listen/album/"]').first().getAttribute('href');
    await page.goto(base + album);
    await page.click('.songs .play >> nth=0');
    await page.waitForSelector('#player.sounds');
    await page.evaluate(() => { window.same = true; });
    await page.click('.songs .star >> nth=0');
    await page.waitForSelector('.songs .star[aria-pressed=true]');
    await page.click('header.top nav.line a[href="/discover"]');
    await page.waitForURL('**/discover');
    assert.ok(await page.evaluate(() => window.same), 'it plays on while pages change');
    for (const way of ['/listen/favourites', '/listen/history', '/listen/money']) {
      await page.goto(base + way);
      assert.equal(await page.locator('main h1').count(), 1, way);
    }
    await look(page, 'member-money');
    await page.context().close();
  },

  // From the sheet of a brief to an artist who is paid: a brand, an artist and the house, each in their own browser.
  async brand() {
    const page = kept.brand ?? await secured('brand', 'Office');
    const id = await party(page);
    await page.goto(`${base}/briefs/${id}/new`);
    const sheet = {
      title: 'A night on the quay', wanted: 'One short film of a rehearsal by the water.', values: 'a mutual of its members',
      budget: '900', artists: '1', 'step-title-1': 'The film', 'step-pays-1': '900', 'step-due-1': day(40), starts: day(20), ends: day(70),
      territories: 'FR', audience: 'FR-69', months: '12', tags: 'electronic', indicators: 'views',
    };
    for (const [name, value] of Object.entries(sheet)) await page.fill(`[name="${name}"]`, name === 'budget' ? '' : value);
    await page.selectOption('#kind', 'social-content');
    await page.selectOption('#sector', 'culture');
    await page.check('[name=uses][value=own-channels]');
    await press(page, 'form.sheet .send button >> nth=0');
    assert.ok(await page.locator('.remark').count(), 'what is missing is said beside its field');
    await look(page, 'brief-draft');
    if (!await page.$('#budget')) await press(page, 'a.button[href$="/edit"]');
    assert.equal(await page.inputValue('#title'), sheet.title, 'what was typed stays');
    await page.fill('#budget', sheet.budget);
    await press(page, 'form.sheet .send button >> nth=0');
    assert.equal(await page.locator('.remark').count(), 0, await text(page));
    await press(page, 'button[value=publish]');
    const brief = page.url();
    assert.match(brief, /\/brief\/bri?e?f?-/);
    // The artist says yes, whether shortlisted or asked by name.
    const artist = kept.producer ?? await secured('producer', 'My phone');
    const own = await party(artist);
    const answer = `form[action="/briefs/${own}/answer/${brief.split('/').pop()}"]`;
    await artist.goto(`${base}/briefs/${own}`);
    if (!await artist.$(answer)) {
      await page.click('details:has(#invite) summary');
      await page.fill('#invite', who.producer.name);
      await press(page, 'button[value=invite]');
      await artist.goto(`${base}/briefs/${own}`);
    }
    await artist.fill(`${answer} textarea`, 'By the water, before the first tram.');
    await look(artist, 'brief-asked');
    await press(artist, `${answer} button >> nth=0`);
    await page.goto(brief);
    assert.match(await text(page), /before the first tram/);
    await look(page, 'brief-answers');
    await press(page, 'button[value=choose]');
    const contract = page.url().split('/').pop();
    await artist.goto(`${base}/briefs/${own}/contract/${contract}`);
    await press(artist, 'button[value=sign]');
    await page.reload();
    await press(page, 'button[value=sign]');
    await look(page, 'contract-signed');
    const reference = (await page.textContent('.pay dd.big')).replace(/\s/g, '');
    assert.match(reference, /^RF\d\d/, 'a signed contract says how to pay');
    // Before the money is held, nothing can be handed in; afterwards it is, and what is accepted is paid.
    const house = kept.house ??= await secured('house', 'Desk');
    await told(house, `/contributions/${reference}/receive`, { evidence: 'transfer of the brand' });
    const handIn = artist.locator('form:has(button[value=submit])');
    for (let times = 0; times < 40 && !await handIn.count(); times += 1) {
      await artist.waitForTimeout(250);
      await artist.goto(`${base}/briefs/${own}/contract/${contract}`);
    }
    await look(artist, 'contract-begun');
    await handIn.locator('textarea').fill('https://video.example/quay');
    if (await handIn.locator('select').count()) await handIn.locator('select').first().selectOption({ index: 1 });
    await press(artist, 'button[value=submit]');
    await page.reload();
    await press(page, 'button[value=accept]');
    await artist.goto(`${base}/briefs/${own}/contract/${contract}`);
    await look(artist, 'contract-paid');
    await artist.goto(`${base}/statement/${own}`);
    assert.match(await text(artist), /quay/, 'the fee stands on the statement');
    for (const way of [`${base}/briefs/${id}/invoices`, `${base}/briefs/${id}`]) {
      await page.goto(way);
      assert.equal(await page.locator('main h1').count(), 1, way);
      await look(page, way.endsWith('invoices') ? 'brand-invoices' : 'briefs');
    }
  },

  async licensee() {
    const page = await secured('licensee', 'Office');
    const id = await party(page);
    const works = await recordings();
    // What may be used, and for how much.
    await page.goto(`${base}/licensee/${id}`);
    await page.selectOption('form[method=get] select', 'train.gen');
    await page.fill('[name=model]', 'Lantern');
    await page.fill('[name=version]', '1');
    await page.fill('[name=works]', works.join('\n'));
    await press(page, 'form[method=get] button');
    assert.ok(await page.$('#quote'), await text(page));
    await page.evaluate(() => document.querySelectorAll('#quote details').forEach(d => { d.open = true; }));
    await look(page, 'quote');
    if (await page.$('#quote form')) {
      await press(page, '#quote form button');
      assert.equal(await page.locator('.alert').count(), 0, await text(page));
    }
    await look(page, 'licensee');
    // A list is audited, and each answer has its reason.
    await page.goto(`${base}/licensee/${id}/audit`);
    await page.fill('[name=works]', [...works, 'XX-no-such-work'].join('\n'));
    await press(page, 'form.sheet .send button >> nth=0');
    assert.equal(await page.locator('table.facts tr').count(), works.length + 1);
    await look(page, 'licensee-audit');
    // A permit for a tool is refused where somebody has not agreed.
    await page.goto(`${base}/licensee/${id}`);
    await page.fill('[name=project]', 'A mix for one night');
    await page.fill('[name=recordings]', works[0]);
    await press(page, 'form:has([name=project]) button');
    assert.ok(await page.locator('.alert').count(), 'who has not agreed gives no permit');
    assert.equal(await page.inputValue('[name=project]'), 'A mix for one night', 'and what was typed stays');
    await look(page, 'permit');
    await page.goto(`${base}/consent/check`);
    assert.equal(await page.locator('main h1').count(), 1);
    await page.context().close();
  },

  async claimant() {
    const page = await open({ extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.50' } });
    for (const word of ['Tidal Room', 'Echo Tallis', 'Ingrid Solveig']) {
      await page.goto(`${base}/search?name=${encodeURIComponent(word)}`);
      if (await page.$('a[href^="/claim?party="]')) break;
    }
    const link = await page.$('a[href^="/claim?party="]');
    if (link) {
      await Promise.all([page.waitForNavigation(), link.click()]);
      await page.fill('[name=name]', 'Ines Claimant');
      await page.fill('[name=contact]', 'ines@example.org');
      await page.fill('[name=evidence]', 'The sleeve of the first record names me.');
      await press(page, 'form[action="/claim"] button[type=submit]');
      claimed = true;
      await look(page, 'claimed');
    }
    await page.context().close();
  },

  async house() {
    const page = kept.house ?? await secured('house', 'Desk');
    await page.goto(`${base}/house`);
    await look(page, 'house');
    // A rule is told thirty days before, and only then.
    await page.goto(`${base}/rules`);
    for (const [when, taken] of [[day(3), false], [day(60), true]]) {
      await page.selectOption('#policy', 'payout-minimum');
      await page.fill('#value', '12');
      await page.fill('#day', when);
      await page.fill('#why', 'Small payouts cost more than they bring.');
      await press(page, 'form[action="/rules/announce"] button');
      assert.equal((await page.locator('.alert').count()) === 0, taken, when);
    }
    await look(page, 'rules-announced');
    // Runs beside the last one; payouts are prepared here and approved by somebody else.
    await page.goto(`${base}/house/runs`);
    await press(page, 'ul.ledger a[href^="/house/run/"] >> nth=0');
    assert.ok(await page.locator('#beside').count());
    await look(page, 'run');
    await page.goto(`${base}/house/payouts`);
    await press(page, 'form.sheet:has(#currency) button');
    await look(page, 'payouts');
    prepared = (await page.locator('button[value=approve]').count()) > 0;
    if (prepared) {
      await press(page, 'button[value=approve] >> nth=0');
      assert.ok(!(await page.locator('.state', { hasText: 'approved' }).count()), 'who prepares does not approve');
    }
    await page.goto(`${base}/house/suspense`);
    await look(page, 'suspense');
    await page.goto(`${base}/house/disputes`);
    if (claimed) {
      await page.fill('input[name=reason] >> nth=0', 'The sleeve names another.');
      await press(page, 'button[value=refuse] >> nth=0');
      assert.match(await text(page), /refused/);
    }
    await look(page, 'disputes');
    await page.goto(`${base}/house/doctor`);
    assert.match(await text(page), /sound|wrong/);
    await look(page, 'doctor');
    await page.context().close();
  },

  async comment() {
    const page = await enter('dj');
    await page.goto(`${base}/rules`);
    await page.click('details:has(form[action="/rules/comment"]) summary');
    await page.fill('form[action="/rules/comment"] textarea', 'Twelve is a lot for somebody who is played twice a year.');
    await press(page, 'form[action="/rules/comment"] button');
    assert.match(await text(page), /Twelve is a lot/);
    await look(page, 'rules-comment');
    await page.context().close();
  },

  async approver() {
    const page = await secured('approver', 'Desk');
    await page.goto(`${base}/house/payouts`);
    if (prepared) {
      await press(page, 'button[value=approve] >> nth=0');
      assert.ok(await page.locator('.state', { hasText: 'approved' }).count(), await text(page));
    }
    await page.goto(`${base}/house/runs`);
    const drafts = page.locator('section:has(#drafts) a[href^="/house/run/"]');
    if (await drafts.count()) {
      await Promise.all([page.waitForNavigation(), drafts.first().click()]);
      await press(page, 'button[value=approve]');
      assert.match(await text(page), /approved/);
    }
    await look(page, 'approver');
    await page.context().close();
  },

  async auditor() {
    const page = await enter('auditor');
    for (const way of ['/house', '/house/runs', '/house/suspense', '/house/visits', '/figures']) {
      await page.goto(base + way);
      assert.equal(await page.locator('main h1').count(), 1, way);
    }
    await page.goto(`${base}/house/visits`);
    assert.match(await text(page), /\/house\/suspense/, 'what was looked at is written down');
    await look(page, 'visits');
    // Nothing can be changed, whatever the page shows.
    await page.goto(`${base}/house/runs`);
    await press(page, 'form[action="/house/runs"] button');
    assert.match(await text(page), /not yours/i);
    await page.context().close();
  },
};

// Somebody whose browser has a passkey, so that money and consents can be touched.
async function secured(role, name) {
  const page = await enter(role);
  await addPasskey(page, name);
  return page;
}

// What somebody tells the API in their session.
async function told(page, path, data) {
  const answer = await page.context().request.post(`${base}/api/v1${path}`, { data, headers: { 'idempotency-key': path } });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
}

// The ids of a few recordings of the producer.
async function recordings() {
  const page = await open();
  await page.goto(`${base}/discover?q=${encodeURIComponent(who.producer.name)}`);
  const ways = await page.locator('a[href^="/recording/"]').evaluateAll(links => links.map(a => a.getAttribute('href').split('/').pop()));
  await page.context().close();
  return [...new Set(ways)].slice(0, 4);
}

// A recording of the demo as somebody would write it.
async function known() {
  const page = await open();
  await page.goto(`${base}/discover?q=${encodeURIComponent(who.producer.name)}`);
  const link = page.locator('a[href^="/recording/"]').first();
  let name = 'Ada Nwosu - Night Drive';
  if (await link.count()) {
    await Promise.all([page.waitForNavigation(), link.click()]);
    name = `${who.producer.name} - ${await page.textContent('h1')}`;
  }
  await page.context().close();
  return name.replace(/\s+/g, ' ');
}

const at = async (page, way) => { await page.goto(base + way); return page; };

const kept = {};
let offered = false, claimed = false, prepared = false;
const only = process.env.TANTIEME_TEST_ONLY?.split(',');
let failed = 0;
for (const [name, play] of Object.entries(journeys)) {
  if (only && !only.includes(name)) continue;
  const began = Date.now();
  try {
    await play();
    console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    failed += 1;
    console.log(`WRONG ${name}: ${error.stack}`);
    const page = browser.contexts().flatMap(c => c.pages()).at(-1);
    if (page) console.log(`  at ${page.url()}: ${(await page.textContent('main').catch(() => '')).replace(/\s+/g, ' ').slice(0, 400)}`);
    const stay = Object.values(kept).map(p => p.context());
    for (const context of browser.contexts()) if (!stay.includes(context)) await context.close();
  }
}
console.log(`offered ${offered}, claimed ${claimed}, prepared ${prepared}`);
for (const line of wrong) console.log(`WRONG ${line}`);
await browser.close();
process.exit(failed || wrong.length ? 1 : 0);
