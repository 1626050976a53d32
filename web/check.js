// Checks receipts in the reader's own browser: of consent (JSON), of the log (`c2sp.org/tlog-proof`), and proofs of what a
// training run held. Nothing is sent anywhere. What it needs is WebCrypto with Ed25519; without it the form goes to the
// server as it does without this script.
//
// It checks signatures, entries, chains and the map, and makes the decision again from the lines (`decide.js`, which stands
// before it).
'use strict';

(() => {
  const utf8 = new TextEncoder();
  const concat = (...parts) => {
    const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
  const fail = (why) => { throw new Error(why); };

  function unhex(text, length) {
    if (typeof text !== 'string' || !/^[0-9a-f]*$/.test(text) || text.length !== length * 2) { fail('hexadecimal digits are missing or too many'); }
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  }

  function unbase64(text) {
    try {
      return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    } catch {
      return fail('a line is not base64');
    }
  }

  function number(text) {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(text || '')) { fail(`\`${text}\` is not a whole number`); }
    return Number(text);
  }

  async function signed(key, signature, message) {
    const known = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, known, signature, message);
  }

  // --- the log: keys, notes, checkpoints, entries (C2SP)

  async function verifier(text) {
    const parts = text.trim().match(/^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/) || fail('the key of the log is not `name+id+base64`');
    const key = unbase64(parts[3]);
    if (key.length !== 33 || key[0] !== 1) { fail('the key of the log is of another kind'); }
    const id = (await sha256(utf8.encode(`${parts[1]}\n`), key)).slice(0, 4);
    if (hex(id) !== parts[2]) { fail('the id of the key does not fit it'); }
    return { name: parts[1], id, key: key.slice(1) };
  }

  async function open(note, keys) {
    const cut = note.lastIndexOf('\n\n');
    if (cut < 0) { fail('a note has no empty line before its signatures'); }
    const text = note.slice(0, cut + 1);
    for (const line of note.slice(cut + 2).split('\n')) {
      const parts = line.match(/^— (\S+) (\S+)$/);
      const bytes = parts ? unbase64(parts[2]) : new Uint8Array();
      for (const key of keys) {
        if (parts && key.name === parts[1] && same(key.id, bytes.slice(0, 4))
          && await signed(key.key, bytes.slice(4), utf8.encode(text))) { return { text, by: key }; }
      }
    }
    return fail('the key of this log has not signed it');
  }

  async function checkpoint(note, keys) {
    const { text, by } = await open(note, keys);
    const lines = text.split('\n');
    if (lines[0] !== keys[0].name) { fail(`it is of the log \`${lines[0]}\``); }
    const size = number(lines[1]);
    const current = keys.filter((k) => (k.from || 0) <= size).pop();
    if (by !== current) { fail('it is signed by a key that was not in force'); }
    return { size, root: unbase64(lines[2]) };
  }

  // A later key counts where old and new key both signed the entry that says so.
  async function follow(keys, notes) {
    for (const note of notes) {
      const { text } = await open(note, [keys[keys.length - 1]]);
      const lines = text.match(/^log key rotation v1\norigin: (.+)\nfrom: (.+)\nkey: (.+)\n$/) || fail('a rotation cannot be read');
      const next = await verifier(lines[3]);
      await open(note, [next]);
      if (lines[1] !== keys[0].name || next.name !== keys[0].name) { fail('a rotation is of another log'); }
      next.from = number(lines[2]);
      keys.push(next);
    }
    return keys;
  }

  async function included(leaf, index, size, path, root) {
    if (index >= size) { fail('an entry lies beyond the log'); }
    let [at, last, hash] = [index, size - 1, leaf];
    for (const sibling of path) {
      if (last === 0) { fail('a proof is too long'); }
      if (at % 2 === 1 || at === last) {
        hash = await sha256(Uint8Array.of(1), sibling, hash);
        while (at % 2 === 0 && at !== 0) { at /= 2; last = Math.floor(last / 2); }
      } else {
        hash = await sha256(Uint8Array.of(1), hash, sibling);
      }
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    if (last !== 0 || !same(hash, root)) { fail('an entry is not where its proof says'); }
  }

  async function logged(text, keys) {
    const cut = text.indexOf('\n\n');
    const lines = text.slice(0, cut).split('\n');
    if (cut < 0 || lines.shift() !== 'c2sp.org/tlog-proof@v1') { fail('it is no receipt of a log'); }
    const extra = lines[0] && lines[0].startsWith('extra ') ? unbase64(lines.shift().slice(6)) : fail('the receipt does not carry its entry');
    const index = number((lines.shift() || '').replace(/^index /, ''));
    const under = await checkpoint(text.slice(cut + 2), keys);
    await included(await sha256(Uint8Array.of(0), extra), index, under.size, lines.map(unbase64), under.root);
    return { entry: extra, index, size: under.size };
  }

  // --- the map of who holds and says what

  function mapKey(...parts) {
    const put = (tag, text) => {
      const bytes = utf8.encode(text);
      const length = new Uint8Array(8);
      new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length));
      return concat(utf8.encode(tag), length, bytes);
    };
    return sha256(put('d', 'map-key/1'), ...parts.map((p) => put('t', p)));
  }

  const bit = (key, depth) => (key[Math.floor(depth / 8)] >> (7 - (depth % 8))) & 1;

  // The value of a key as hexadecimal digits, or null where it is proved to have none.
  async function mapped(proof, key, root) {
    const lines = proof.split('\n');
    if (lines.shift() !== 'map proof v1' || lines.pop() !== '') { fail('a proof of the map cannot be read'); }
    const end = (lines.shift() || '').split(' ');
    const siblings = lines.map((l) => unhex(l, 32));
    const depth = siblings.length;
    if (depth > 256) { fail('a proof of the map is too deep'); }
    let [node, value] = [new Uint8Array(32), null];
    if (end[0] === 'leaf') {
      const found = unhex(end[1], 32);
      for (let n = 0; n < depth; n += 1) { if (bit(found, n) !== bit(key, n)) { fail('a leaf of the map lies elsewhere'); } }
      node = await sha256(Uint8Array.of(2), found, unhex(end[2], 32));
      value = same(found, key) ? end[2] : null;
    } else if (end[0] !== 'empty') { fail('a proof of the map cannot be read'); }
    for (let n = 0; n < depth; n += 1) {
      const [left, right] = bit(key, depth - 1 - n) ? [siblings[n], node] : [node, siblings[n]];
      node = await sha256(Uint8Array.of(3), left, right);
    }
    if (hex(node) !== root) { fail('a proof leads to another root of the map'); }
    return value;
  }

  // --- statements (RFC 8785)

  function canonical(value) {
    if (Array.isArray(value)) { return `[${value.map(canonical).join(',')}]`; }
    if (value !== null && typeof value === 'object') {
      return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`;
    }
    return JSON.stringify(value);
  }

  function bare(line, fields) {
    const copy = { ...line };
    fields.forEach((field) => delete copy[field]);
    return utf8.encode(canonical(copy));
  }
  const UNSIGNED = ['signature', 'log', 'at'];
  const ENDS = [...UNSIGNED, 'revoked_at', 'revoked_log', 'closed_at', 'closed_log'];

  async function consent(receipt, keys) {
    if (receipt.version !== 1 && receipt.version !== 2) { fail('the receipt is of a newer kind'); }
    const map = await logged(receipt.map, keys);
    const epoch = JSON.parse(new TextDecoder().decode(map.entry));
    if (epoch.leaf !== 'map' || epoch.size > map.index) { fail('the entry is no map'); }
    const said = new Map();
    for (const line of receipt.lines.filter((l) => l.type === 'statement')) {
      if (!await signed(unhex(line.key, 32), unhex(line.signature, 64), bare(line, UNSIGNED))) { fail(`the statement \`${line.id}\` was changed after signing`); }
      const hash = hex(await sha256(bare(line, UNSIGNED)));
      const proof = await logged(receipt.proofs[line.id] || fail(`\`${line.id}\` has no proof`), keys);
      const entry = canonical({ hash, id: line.id, key: line.key, leaf: 'statement', speaker: line.speaker });
      if (!same(utf8.encode(entry), proof.entry) || proof.index !== line.log || line.log >= epoch.size) { fail(`\`${line.id}\` is not the entry that is proved`); }
      const pair = JSON.stringify([line.for || line.speaker, line.subject]);
      said.set(pair, [...(said.get(pair) || []), { ...line, hash }]);
    }
    let silent = 0;
    for (const spoken of receipt.spoken) {
      const heads = spoken.heads.map(([who, hash, place]) => `${who} ${hash} ${place}\n`).sort();
      const wanted = heads.length ? hex(await sha256(utf8.encode(`heads/1\n${heads.join('')}`))) : null;
      const found = await mapped(spoken.proof, await mapKey(spoken.holder, spoken.subject), epoch.root);
      if (found !== wanted) { fail(`what \`${spoken.holder}\` said about \`${spoken.subject}\` is not proved`); }
      const pair = JSON.stringify([spoken.holder, spoken.subject]);
      chains(said.get(pair) || [], spoken);
      said.delete(pair);
      silent += heads.length ? 0 : 1;
    }
    if (said.size) { fail('a statement belongs to no chain that is shown'); }
    const decided = receipt.question ? decideConsent(receipt.lines, receipt.question, epoch.size) : null;
    const complete = epoch.version >= 2;
    if (complete) { await held(receipt, epoch.root, decided); }
    if (decided) { answered(receipt, decided); }
    return { size: epoch.size, answer: receipt.answer, statements: Object.keys(receipt.proofs).length, silent, complete };
  }

  // Everybody who must agree is shown to have said just this, or nothing, and the lines give the answer that is claimed.
  function answered(receipt, decided) {
    const pairs = new Set(receipt.spoken.map((s) => JSON.stringify([s.holder, s.subject])));
    for (const holder of decided.asked) {
      const missing = decided.scopes.find((subject) => !pairs.has(JSON.stringify([holder, subject])));
      if (missing) { fail(`what \`${holder}\` said about \`${missing}\` is not proved`); }
    }
    if (decided.words !== receipt.answer) { fail(`the lines give the answer \`${decided.words}\`, and the receipt claims \`${receipt.answer}\``); }
  }

  function chains(own, spoken) {
    const speakers = new Set(own.map((l) => l.speaker));
    if (speakers.size !== spoken.heads.length) { fail(`a speaker for \`${spoken.holder}\` is missing`); }
    for (const [who, hash, place] of spoken.heads) {
      const chain = own.filter((l) => l.speaker === who).sort((a, b) => a.log - b.log);
      let before = '';
      for (const line of chain) {
        if ((line.prev || '') !== before) { fail(`a statement of \`${who}\` was left out`); }
        before = line.hash;
      }
      if (before !== hash || !chain.length || chain[chain.length - 1].log !== place) { fail(`the newest statement of \`${who}\` is missing`); }
    }
  }

  // Claims, mandates, licences and disputes: exactly those shown, and none about the subject left out.
  async function held(receipt, root, decided) {
    const field = { claim: 'subject', dispute: 'subject', mandate: 'principal', license: 'licensee' };
    const lines = new Map();
    for (const line of receipt.lines) {
      if (!(line.type in field) || (line.type === 'dispute' && line.log === undefined)) { continue; }
      const pair = JSON.stringify([line.type, line[field[line.type]]]);
      const end = line.revoked_log ?? line.closed_log ?? '-';
      lines.set(pair, [...(lines.get(pair) || []), `${line.id} ${hex(await sha256(bare(line, ENDS)))} ${line.log} ${end}\n`]);
    }
    const shown = new Set();
    for (const one of receipt.held || []) {
      const pair = JSON.stringify([one.kind, one.key]);
      const own = lines.get(pair);
      const wanted = own ? hex(await sha256(utf8.encode(`held/1\n${own.sort().join('')}`))) : null;
      if (await mapped(one.proof, await mapKey('held', one.kind, one.key), root) !== wanted) { fail(`that these are all lines of \`${one.kind}\` about \`${one.key}\` is not proved`); }
      shown.add(pair);
    }
    const needed = [...lines.keys()];
    if (decided) {
      const { licensee, person } = receipt.question;
      needed.push(JSON.stringify(['license', licensee]));
      decided.scopes.filter((s) => s.includes(':')).forEach((s) => needed.push(JSON.stringify(['claim', s]), JSON.stringify(['dispute', s])));
      decided.asked.forEach((h) => needed.push(JSON.stringify(['mandate', h]), JSON.stringify(['dispute', `person:${h}`])));
      if (person) { needed.push(JSON.stringify(['dispute', `person:${person}`])); }
    }
    const missing = needed.find((pair) => !shown.has(pair));
    if (missing) { fail(`no proof that all lines of ${missing} are here`); }
  }

  // --- "was my work in?"

  async function wasIn(proof, keys) {
    const { root, rows } = proof.run;
    if (proof.receipt) {
      const entry = JSON.parse(new TextDecoder().decode((await logged(proof.receipt, keys)).entry));
      if (entry.leaf !== 'training' || entry.hash !== hex(await sha256(bare(proof.run, UNSIGNED)))) { fail('the entry that is proved is not the run it names'); }
    }
    const shown = [];
    for (const one of proof.shown) {
      await included(await sha256(Uint8Array.of(0), utf8.encode(one.recording)), one.place, rows, one.path.map((h) => unhex(h, 32)), unhex(root, 32));
      shown.push([one.place, utf8.encode(one.recording)]);
    }
    const wanted = utf8.encode(proof.recording);
    const less = (a, b) => {
      const n = a.findIndex((byte, at) => byte !== b[at]);
      return n < 0 ? a.length < b.length : b.length > n && a[n] < b[n];
    };
    const [first, second] = shown;
    const holds = proof.present
      ? shown.length === 1 && same(first[1], wanted)
      : (shown.length === 2 && second[0] === first[0] + 1 && less(first[1], wanted) && less(wanted, second[1]))
        || (shown.length === 1 && ((first[0] === 0 && less(wanted, first[1])) || (first[0] + 1 === rows && less(first[1], wanted))));
    if (!holds) { fail('what it shows does not prove what it says'); }
    return { present: proof.present, rows };
  }

  async function check(text, vkey, rotations) {
    const keys = await follow([await verifier(vkey)], rotations);
    const plain = text.replace(/\r\n/g, '\n').trim();
    if (plain.startsWith('c2sp.org/tlog-proof@')) {
      const found = await logged(`${plain}\n`, keys);
      return { size: found.size, statements: 1, silent: 0, complete: false, entry: found.index };
    }
    let value;
    try { value = JSON.parse(plain); } catch { fail('this is no receipt'); }
    if (value.type === 'consent-receipt') { return consent(value, keys); }
    if (value.type === 'was-in') { return wasIn(value, keys); }
    return fail('this is no receipt of consent or of the log');
  }

  // --- the page

  async function able() {
    try {
      await crypto.subtle.importKey('raw', unhex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 32), { name: 'Ed25519' }, false, ['verify']);
      return true;
    } catch {
      return false;
    }
  }

  function say(form, ok, lines) {
    const result = form.ownerDocument.getElementById('check-result');
    result.className = ok ? 'kept' : 'alert';
    result.replaceChildren(...lines.filter(Boolean).map((words, n) => {
      const p = document.createElement('p');
      const inner = n === 0 ? document.createElement('strong') : p;
      inner.textContent = words;
      if (n === 0) { p.append(inner); }
      return p;
    }));
    result.hidden = false;
    result.focus();
  }

  function told(words, found) {
    const fill = (text, values) => (text || '').replace(/%([nm])/g, (_, name) => values[name]);
    if ('present' in found) { return [words.true, found.present ? words.in : words.out]; }
    return [
      words.true,
      fill(words.size, { n: found.size }),
      found.answer ? `${words.answer} ${found.answer}` : '',
      fill(words.proved, { n: found.statements, m: found.silent }),
      found.answer ? (found.complete ? words.complete : words.open) : '',
      words.here,
    ];
  }

  async function start() {
    const form = document.querySelector('form[data-check]');
    if (!form || !globalThis.crypto || !crypto.subtle || !await able()) { return; }
    const field = form.elements.receipt;
    const read = async (file) => { if (file && file.size < 16 << 20) { field.value = await file.text(); } };
    field.addEventListener('dragover', (event) => event.preventDefault());
    field.addEventListener('drop', (event) => {
      if (event.dataTransfer.files.length) { event.preventDefault(); read(event.dataTransfer.files[0]); }
    });
    const picker = form.querySelector('input[type=file]');
    if (picker) {
      picker.closest('.field').hidden = false;
      picker.addEventListener('change', () => read(picker.files[0]));
    }
    form.addEventListener('submit', async (event) => {
      if (event.submitter && event.submitter.hasAttribute('data-server')) { return; }
      event.preventDefault();
      const key = form.elements.key ? form.elements.key.value : form.dataset.key;
      const rotations = JSON.parse(form.dataset.rotations || '[]');
      try {
        say(form, true, told(form.dataset, await check(field.value, key, rotations)));
      } catch (error) {
        say(form, false, [form.dataset.false, error.message]);
      }
    });
    form.querySelectorAll('[data-server]').forEach((button) => { button.hidden = false; });
  }

  if (typeof document === 'undefined') {
    globalThis.checkReceipt = check;
  } else {
    start();
  }
})();
