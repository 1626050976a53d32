// The player of a member's pages: it goes on while pages change around it. Without it every page works as it is.
(() => {
  'use strict';
  const box = document.getElementById('player');
  if (!box || !window.fetch || !window.DOMParser) return;
  const one = (what, where = document) => where.querySelector(what);
  const part = name => one(`[data-do=${name}]`, box);
  const range = one('input', box), list = one('ol', box), word = one('.word', box);
  const decks = [new Audio(), new Audio()];
  const kind = decks[0].canPlayType('audio/ogg; codecs="opus"') ? 'opus' : 'mp3';
  const TELL_MS = 30000, NEAR_S = 20, HEARD_S = 30;
  let queue = [], at = -1, deck = 0, begin = 0, heard = 0, told = false, last = 0, dragging = false, keeping = 0;
  document.documentElement.classList.add('js');

  const now = () => queue[at];
  const audio = () => decks[deck];
  const clock = s => { s = Math.max(0, Math.floor(s)); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`; };
  const length = () => (Number.isFinite(audio().duration) && audio().duration) || (now() && now().s) || 0;
  const source = song => `/listen/stream/${song.id}?format=${kind}`;
  // Louder ones are turned down to the common loudness; quieter ones stay as they are.
  const volume = song => Math.min(1, 10 ** ((song.g || 0) / 2000));

  /* what the house is told */
  const form = fields => new URLSearchParams({ csrf: box.dataset.csrf, ...fields });
  const post = (to, fields) => fetch(to, { method: 'POST', body: form(fields), keepalive: true }).catch(() => {});
  const tell = (state, seconds = audio().currentTime) => {
    if (now()) post('/listen/said', { id: now().id, state, at: Math.round(Math.max(0, seconds) * 1000) });
  };
  const kept = () => ({ songs: queue.map(s => s.id).join(' '), current: Math.max(0, at), at: Math.round((begin || audio().currentTime || 0) * 1000) });
  const keep = () => { clearTimeout(keeping); keeping = setTimeout(() => post('/listen/queue', kept()), 800); };

  /* playing */
  function cue(place, play, seconds = 0) {
    const song = queue[place];
    if (!song) return;
    const other = decks[1 - deck];
    audio().pause();
    if (other.dataset.id === song.id && other.src) deck = 1 - deck;
    const a = audio(), idle = decks[1 - deck];
    idle.removeAttribute('src'); idle.dataset.id = ''; idle.load();
    at = place; heard = 0; told = false; last = seconds; begin = seconds;
    if (a.dataset.id !== song.id || !a.src) { a.src = source(song); a.dataset.id = song.id; a.preload = play ? 'auto' : 'none'; }
    else if (!seconds) a.currentTime = 0;
    a.volume = volume(song);
    if (play) start();
    draw(); shape(song); session(song); keep();
  }
  function start() {
    const a = audio();
    a.preload = 'auto';
    if (begin) { const to = begin; begin = 0; if (a.readyState) a.currentTime = to; else a.addEventListener('loadedmetadata', () => { a.currentTime = to; }, { once: true }); }
    a.play().catch(() => draw());
  }
  const toggle = () => { if (audio().paused) start(); else audio().pause(); };
  const next = () => { if (at + 1 < queue.length) cue(at + 1, true); };
  const prev = () => { if (audio().currentTime > 4 || at < 1) seek(0); else cue(at - 1, true); };
  function seek(seconds) {
    const to = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.2));
    if (!audio().paused) tell('playing', last);
    if (audio().readyState) audio().currentTime = to; else begin = to;
    last = to;
    if (!audio().paused) tell('playing', to);
    tick();
  }
  for (const a of decks) {
    const mine = () => a === audio();
    a.addEventListener('play', () => { if (mine()) { tell('playing', last); draw(); } });
    a.addEventListener('pause', () => { if (mine() && !a.ended) { tell('paused', last); draw(); keep(); } });
    a.addEventListener('ended', () => { if (!mine()) return; hear(); tell('stopped', length()); if (at + 1 < queue.length) next(); else draw(); });
    a.addEventListener('error', () => { if (mine() && a.src && a.error) { word.textContent = box.dataset.gone; draw(); } });
    a.addEventListener('playing', () => { if (mine()) word.textContent = ''; });
    a.addEventListener('timeupdate', () => {
      if (!mine() || !now()) return;
      const step = a.currentTime - last;
      if (!a.paused && step > 0 && step < 2) heard += step;
      last = a.currentTime;
      hear(); ahead(); tick();
    });
  }
  // Said once, when enough of it sounded; of what is shorter, all.
  function hear() {
    const whole = length();
    if (told || !whole || heard < Math.min(HEARD_S, whole - Math.min(1, whole / 10))) return;
    told = true;
    tell('heard');
  }
  // The next one is fetched shortly before it is needed, so that nothing is heard of the change.
  function ahead() {
    const song = queue[at + 1], idle = decks[1 - deck];
    if (!song || idle.dataset.id === song.id || length() - audio().currentTime > NEAR_S) return;
    idle.src = source(song); idle.dataset.id = song.id; idle.preload = 'auto'; idle.volume = volume(song); idle.load();
  }
  setInterval(() => { if (now() && !audio().paused) { tell('playing', last); keep(); } }, TELL_MS);

  /* what is seen */
  function draw() {
    const song = now();
    box.hidden = !song;
    document.body.classList.toggle('with-player', !!song);
    if (!song) return;
    const title = one('.on .title', box);
    title.textContent = song.title; title.href = `/listen/song/${song.id}`;
    one('.on .by', box).textContent = song.by;
    box.classList.toggle('sounds', !audio().paused);
    part('toggle').setAttribute('aria-label', audio().paused ? box.dataset.play : box.dataset.pause);
    part('next').disabled = at + 1 >= queue.length;
    list.replaceChildren(...queue.map((s, place) => {
      const row = document.createElement('li'), to = document.createElement('button'), out = document.createElement('button');
      to.type = out.type = 'button';
      to.textContent = `${s.title} · ${s.by}`; to.className = 'to'; to.dataset.to = place;
      if (place === at) to.setAttribute('aria-current', 'true');
      out.textContent = '×'; out.className = 'sign'; out.dataset.out = place;
      out.setAttribute('aria-label', `${box.dataset.out} ${s.title}`);
      row.append(to, out);
      return row;
    }));
    mark(); tick();
  }
  function mark() {
    for (const row of document.querySelectorAll('.songs [data-song]')) row.classList.toggle('now', !!now() && row.dataset.song === now().id);
  }
  function tick() {
    if (!now()) return;
    const whole = length(), here = begin || audio().currentTime;
    if (!dragging) { range.max = Math.max(1, Math.round(whole)); range.value = Math.round(here); }
    range.setAttribute('aria-valuetext', `${clock(here)} / ${clock(whole)}`);
    one('.time', box).textContent = `${clock(here)} / ${clock(whole)}`;
    box.style.setProperty('--done', whole ? `${(1 - here / whole) * 100}%` : '100%');
  }
  async function shape(song) {
    const paths = box.querySelectorAll('.seek path');
    for (const p of paths) p.setAttribute('d', 'M0 20h200');
    try {
      const answer = await fetch(`/listen/wave/${song.id}`);
      const peaks = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : [];
      if (!peaks.length || song !== now()) return;
      let d = '';
      peaks.forEach((p, n) => { const h = Math.max(1, Math.round(p * 19 / 255)); d += `M${((n + 0.5) * 200 / peaks.length).toFixed(1)} ${20 - h}v${2 * h}`; });
      for (const p of paths) p.setAttribute('d', d);
    } catch { /* a line will do */ }
  }
  function session(song) {
    const media = navigator.mediaSession;
    if (!media || !window.MediaMetadata) return;
    media.metadata = new MediaMetadata({ title: song.title, artist: song.by, artwork: [{ src: `/listen/cover/${song.id}?size=600` }] });
    const acts = { play: start, pause: () => audio().pause(), previoustrack: prev, nexttrack: next,
      seekto: e => seek(e.seekTime), seekbackward: () => seek(audio().currentTime - 10), seekforward: () => seek(audio().currentTime + 10) };
    for (const [act, how] of Object.entries(acts)) try { media.setActionHandler(act, how); } catch { /* not known here */ }
  }

  /* what is pressed */
  const read = row => ({ id: row.dataset.song, s: Number(row.dataset.s), g: Number(row.dataset.g || 0),
    title: one('.title', row).textContent, by: one('.by', row).textContent.trim() });
  const rows = where => [...where.querySelectorAll('[data-song]')];
  box.addEventListener('click', e => {
    const b = e.target.closest('button');
    if (!b) return;
    if (b.dataset.to) return cue(Number(b.dataset.to), true);
    if (b.dataset.out) {
      const place = Number(b.dataset.out), was = place === at;
      queue.splice(place, 1);
      if (place < at) at -= 1;
      if (was) { audio().pause(); at = Math.min(at, queue.length - 1); if (at >= 0) cue(at, false); }
      draw(); keep();
      return;
    }
    const act = b.dataset.do;
    if (act === 'toggle') toggle();
    if (act === 'next') next();
    if (act === 'prev') prev();
    if (act === 'queue') { list.hidden = !list.hidden; b.setAttribute('aria-expanded', String(!list.hidden)); }
  });
  range.addEventListener('input', () => { dragging = true; });
  range.addEventListener('change', () => { dragging = false; seek(Number(range.value)); });

  const within = path => /^\/(listen|discover|recording|selection|selections)(\/|$)/.test(path);
  document.addEventListener('click', e => {
    if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const add = e.target.closest('.songs .add');
    if (add) {
      queue.push(read(add.closest('[data-song]')));
      if (at < 0) cue(0, true); else { draw(); keep(); }
      return;
    }
    const link = e.target.closest('a');
    if (!link) return;
    const play = link.matches('.songs .play'), all = link.matches('.all');
    if (play || all) {
      const found = rows(play ? link.closest('.songs') : one('main .songs') || document);
      if (!found.length) return;
      e.preventDefault();
      queue = found.map(read);
      return cue(play ? found.indexOf(link.closest('[data-song]')) : 0, true);
    }
    if (link.origin !== location.origin || link.target || link.hasAttribute('download') || link.hreflang || !within(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    e.preventDefault();
    go(link.href, true);
  });
  document.addEventListener('submit', e => {
    const f = e.target, to = new URL(f.getAttribute('action') || location.href, location.href);
    if (e.defaultPrevented || to.origin !== location.origin || !within(to.pathname) || f.enctype === 'multipart/form-data') return;
    e.preventDefault();
    const fields = new URLSearchParams(new FormData(f, e.submitter));
    if (f.method === 'post') return go(to.href, true, fields, e.submitter);
    to.search = fields;
    go(to.href, true);
  });
  window.addEventListener('popstate', e => go(location.href, false, null, null, (e.state && e.state.y) || 0));
  window.addEventListener('pagehide', () => {
    if (!now()) return;
    if (!audio().paused) navigator.sendBeacon('/listen/said', form({ id: now().id, state: 'stopped', at: Math.round(audio().currentTime * 1000) }));
    navigator.sendBeacon('/listen/queue', form(kept()));
  });

  /* pages change around the player */
  let turn = 0;
  async function go(address, push, body, pressed, y = 0) {
    const mine = ++turn, main = one('main');
    main.setAttribute('aria-busy', 'true');
    let answer, text;
    try {
      answer = await fetch(address, body ? { method: 'POST', body } : {});
      text = await answer.text();
    } catch { if (!body) location.href = address; main.removeAttribute('aria-busy'); return; }
    if (mine !== turn) return;
    const to = new URL(answer.url);
    const page = new DOMParser().parseFromString(text, 'text/html');
    if (!within(to.pathname) || !one('main', page) || !one('#player', page)) { location.href = body ? to.pathname : answer.url; return; }
    const same = to.pathname === location.pathname, scroll = same && body ? scrollY : y;
    if (push && to.href !== location.href) {
      history.replaceState({ y: scrollY }, '');
      history.pushState({}, '', to.href);
    }
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    box.dataset.csrf = one('#player', page).dataset.csrf;
    for (const what of ['header.top', 'main', 'footer.foot']) one(what).replaceWith(one(what, page));
    scrollTo(0, scroll);
    const again = pressed && pressed.name && same ? one(`main [name="${pressed.name}"][aria-label="${CSS.escape(pressed.getAttribute('aria-label') || '')}"]`) : null;
    (again || one('main')).focus({ preventScroll: true });
    mark();
  }

  fetch('/listen/queue').then(a => (a.ok ? a.json() : null)).then(kept => {
    if (!kept || !kept.songs.length || queue.length) return;
    queue = kept.songs;
    cue(Math.min(kept.current, queue.length - 1), false, kept.at / 1000);
  }).catch(() => {});
})();
