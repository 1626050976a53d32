// The decision on a use by AI, made again from the lines of a receipt: the same answer as the program gives, to the letter.
// It follows docs/consent.md, "How it is decided"; a test compares it with the program on random worlds.
'use strict';

const decideConsent = (() => {
  const fail = (why) => { throw new Error(why); };
  const LEVELS = ['asserted', 'contact', 'documented', 'identified', 'qualified'];
  const REASONS = ['UNKNOWN_SUBJECT', 'DISPUTED', 'MINOR', 'PERSON_CONSENT_MISSING', 'PROHIBITED', 'MANDATE_REVOKED', 'NO_MANDATE',
    'NOT_YET', 'EXPIRED', 'TERRITORY', 'LICENSEE', 'MODEL_VERSION', 'TERM_TOO_LONG', 'SILENT'];
  const PERSONAL = ['train.voice', 'train.adapt', 'gen.voice', 'gen.style', 'gen.name'];
  const WORDS = ['permit', 'ask', 'refuse', 'withdraw'];
  // Who must agree; `!` where the person must speak in person.
  const TOOL = ['owner', 'performer'];
  const DERIVED = ['master', 'work', 'performer'];
  const NEEDS = {
    'index.search': ['master'], 'analyse.mine': ['master', 'work'], 'train.nongen': ['master', 'work'],
    'train.gen': ['master', 'work', 'featured'], 'train.adapt': ['master', 'work', '!featured'], 'train.voice': ['!person', 'master'],
    'input.ref': ['master', 'work'], 'gen.cover': ['work', 'performer'], 'gen.remix': DERIVED, 'gen.mashup': DERIVED, 'gen.stem': DERIVED,
    'gen.voice': ['!person'], 'gen.style': ['artist'], 'gen.name': ['!person'], 'gen.lyrics': ['lyrics'],
    'tool.mix': TOOL, 'tool.restore': TOOL, 'tool.assist': TOOL, 'tool.translate': TOOL, 'perf.data': ['performer', 'master'],
  };
  // Which claims answer to a role; works and lyrics are looked up work by work.
  const CLAIMS = {
    master: ['master'], owner: ['owner'], featured: ['featured'], artist: ['featured'], person: ['featured', 'voice'],
    performer: ['featured', 'voice', 'performer'],
  };
  const SCOPES = ['recording:', 'work:', 'project:', 'person', 'catalogue'];

  const day = (text) => {
    if (text === undefined || text === null) { return null; }
    const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) || fail(`\`${text}\` is no day`);
    return Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) / 86400000;
  };
  const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : fail('a list is missing'));
  const level = (line) => (line && line.level ? Math.max(0, LEVELS.indexOf(line.level)) : 0);
  const isrc = (text) => {
    const code = String(text || '').replace(/[- ]/g, '').toUpperCase();
    return /^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/.test(code) ? code : null;
  };

  // Texts in the order of their bytes, which is that of their code points.
  function order(a, b) {
    const [one, two] = [Array.from(a), Array.from(b)];
    for (let n = 0; n < one.length && n < two.length; n += 1) {
      const by = one[n].codePointAt(0) - two[n].codePointAt(0);
      if (by) { return by; }
    }
    return one.length - two.length;
  }

  const territory = (text) => {
    const code = String(text).trim().toUpperCase();
    return ['WORLDWIDE', 'WORLD', '2136'].includes(code) ? '' : code;
  };
  const contains = (whole, part) => whole === '' || whole === part || (whole.length === 2 && part.slice(0, 2) === whole && part !== '');

  // Whether uses and groups speak of a use; a group never grants a personal one.
  function speaks(uses, usage, grant) {
    return list(uses).some((said) => {
      const word = said.trim();
      if (word === usage) { return true; }
      const group = word.endsWith('.*') ? word.slice(0, -2) : word;
      return !NEEDS[word] && (group === '*' || group === usage.split('.')[0]) && !(grant && PERSONAL.includes(usage));
    });
  }

  // What a list of uses comes to: single uses and those of its groups.
  function named(uses) {
    const all = Object.keys(NEEDS);
    const single = all.filter((u) => list(uses).some((said) => said.trim() === u));
    const grouped = all.filter((u) => list(uses).some((said) => !NEEDS[said.trim()] && speaks([said], u, false)));
    return JSON.stringify([single, grouped]);
  }

  class World {
    constructor(lines, question, size) {
      const of = (type) => lines.filter((line) => line.type === type);
      this.statements = of('statement');
      this.licenses = of('license');
      this.mandates = of('mandate');
      this.claims = of('claim');
      this.disputes = of('dispute');
      this.recordings = of('recording');
      this.parties = new Map(of('party').map((line) => [line.id, line]));
      this.q = question;
      this.size = size;
      this.on = day(question.on) ?? fail('the question has no day');
      this.until = day(question.until);
      this.here = territory(question.territory ?? 'Worldwide');
      this.least = question.min_level ? LEVELS.indexOf(question.min_level) : 0;
    }

    sees(line) { return (line.log ?? 0) < this.size; }

    level(party) { return level(this.parties.get(party)); }

    // Why a line does not hold on the day.
    time(line) {
      const [at, from, until] = [day(line.at), day(line.from), day(line.until)];
      if ((at !== null && this.on < at) || (from !== null && this.on < from)) { return 'NOT_YET'; }
      return until !== null && this.on >= until ? 'EXPIRED' : null;
    }

    over(at, log, notice = 0) {
      const ended = day(at);
      return ended !== null && (log ?? 0) < this.size && ended + notice <= this.on;
    }

    inside(territories, whole) {
      const all = list(territories).map(territory);
      const fits = (t) => contains(t, this.here) || (!whole && contains(this.here, t));
      return all.length === 0 || all.some(fits);
    }

    recording() {
      const text = this.q.recording;
      const code = isrc(text);
      const same = code ? this.recordings.filter((r) => isrc(r.isrc) === code) : [];
      const row = same.length === 1 ? same[0] : this.recordings.find((r) => r.id === text);
      return row && this.sees(row) ? row : null;
    }

    holding(places, roles) {
      return this.claims.filter((c) => places.includes(c.subject) && roles.includes(c.role ?? 'master') && c.share_ppm !== 0
        && this.sees(c) && this.time(c) === null && !this.over(c.revoked_at, c.revoked_log) && this.inside(c.territories, false))
        .map((c) => [c.party, level(c)]);
    }

    differs(wanted, told) { return Boolean(wanted) && told !== undefined && told !== null && told !== wanted; }

    // Why conditions cannot be met by what the question tells.
    fits(line) {
      const [c, why] = [line.conditions || {}, []];
      if (this.differs(c.model, this.q.model) || this.differs(c.version, this.q.version)) { why.push('MODEL_VERSION'); }
      if (this.differs(c.purpose, this.q.purpose) || this.differs(c.project, this.q.project)) { why.push('LICENSEE'); }
      const ends = [day(line.until), Number.isInteger(c.max_days) ? this.on + c.max_days : null];
      if (this.until !== null && ends.some((end) => end !== null && this.until > end)) { why.push('TERM_TOO_LONG'); }
      return why;
    }

    // The conditions that the question leaves open, as `key=value`.
    open(c) {
      const asked = (name) => (this.q[name] === undefined || this.q[name] === null ? c[name] : '');
      const days = Number.isInteger(c.max_days) && this.until === null ? String(c.max_days) : '';
      return [
        ['output', list(c.output).join('|')], ['model', asked('model')], ['version', asked('version')], ['purpose', asked('purpose')],
        ['project', asked('project')], ['max_days', days], ['attribution', c.attribution ? 'yes' : ''],
        ['detection', c.detection ? 'yes' : ''], ['fee', c.fee],
      ].filter(([, value]) => value).map(([key, value]) => `${key}=${value}`);
    }

    // The live mandate behind an agent's word, the best verified one, or why there is none.
    mandate(s, party) {
      const [live, why] = [[], new Set()];
      for (const m of this.mandates) {
        const covers = speaks(m.uses, this.q.use, s.kind === 'permit') && this.inside(m.territories, s.kind !== 'refuse');
        if (m.principal !== party || m.agent !== s.speaker || !covers || !this.sees(m)) { continue; }
        const when = this.time(m);
        if (this.over(m.revoked_at, m.revoked_log)) { why.add('MANDATE_REVOKED'); } else if (when) { why.add(when); } else { live.push(m); }
      }
      if (!why.has('MANDATE_REVOKED')) { why.add('NO_MANDATE'); }
      live.sort((a, b) => Number(b.guardian ?? false) - Number(a.guardian ?? false) || level(b) - level(a));
      return live.length ? { live: live[0], why: [] } : { live: null, why: [...why] };
    }

    // How well what a statement rests on is verified.
    rests(s, party) {
      if (s.speaker === party) { return level(s); }
      return Math.min(level(s), this.level(s.speaker), level(this.mandate(s, party).live));
    }

    // Consent to a voice names the very project.
    project(c, subject) {
      return this.q.use !== 'gen.voice' || (Boolean(this.q.project) && (c.project === this.q.project || subject === `project:${this.q.project}`));
    }

    withdrawn(s, party) {
      return this.statements.some((w) => w.kind === 'withdraw' && w.speaker === s.speaker && (w.for || w.speaker) === party
        && (w.log ?? 0) >= (s.log ?? 0) && this.sees(w) && (day(w.at) === null || day(w.at) <= this.on)
        && (w.withdraws ? w.withdraws === s.id : w.subject === s.subject && named(w.uses) === named(s.uses)));
    }

    // Nothing where it is not about this; an empty list where it counts; else why not.
    counts(s, { party, inPerson, level: claim }, minor) {
      const [permit, agent] = [s.kind === 'permit', s.speaker !== party];
      if (s.kind === 'withdraw' || !this.sees(s) || !speaks(s.uses, this.q.use, permit) || this.withdrawn(s, party)) { return null; }
      const why = [];
      if (list(s.licensees).length && !s.licensees.includes(this.q.licensee)) { why.push('LICENSEE'); }
      if (!this.inside(s.territories, (s.kind ?? 'refuse') !== 'refuse')) { why.push('TERRITORY'); }
      const when = this.time(s);
      if (when) { why.push(when); }
      const mandate = agent ? this.mandate(s, party) : { live: null, why: [] };
      if (permit) {
        if (minor && (inPerson || !agent || (mandate.live && !mandate.live.guardian))) { why.push('MINOR'); }
        if ((inPerson && agent) || !this.project(s.conditions || {}, s.subject)) { why.push('PERSON_CONSENT_MISSING'); }
        why.push(...this.fits(s));
      }
      why.push(...mandate.why);
      if (permit && !why.length && Math.min(this.rests(s, party), this.level(party), claim) < this.least) { why.push('SILENT'); }
      return why;
    }

    licensed(places) {
      const notice = /^(gen|tool)\./.test(this.q.use);
      return this.licenses.filter((l) => l.licensee === this.q.licensee && list(l.uses).some((u) => u.trim() === this.q.use) && this.sees(l)
        && this.time(l) === null && this.inside(l.territories, true) && level(l) >= this.least
        && list(l.subjects).some((s) => places.includes(s) && this.project(l.conditions || {}, s))
        && !this.over(l.revoked_at, l.revoked_log, notice ? l.notice_days ?? 0 : 0));
    }

    // The narrowest first, then the newest, then the strictest.
    ranked(a, b) {
      const scope = (s) => SCOPES.findIndex((p) => s.subject.startsWith(p));
      const strict = (s) => WORDS.indexOf(s.kind ?? 'refuse');
      return scope(a) - scope(b) || (b.log ?? 0) - (a.log ?? 0) || strict(b) - strict(a) || order(a.id, b.id);
    }

    // Everybody who must agree, and whether every link was found.
    holders(row, places) {
      const [all, groups] = [[], []];
      for (const need of NEEDS[this.q.use]) {
        const inPerson = need.startsWith('!');
        const role = need.replace('!', '');
        let found = [];
        if (this.q.person !== undefined && this.q.person !== null) {
          const known = ['person', 'artist', 'featured'].includes(role) && this.parties.has(this.q.person);
          found = known ? [[[this.q.person, 4]]] : [];
        } else if (row && (role === 'work' || role === 'lyrics')) {
          found = list(row.works).map((work) => {
            const near = [`work:${work}`, `recording:${row.id}`];
            const lyrics = role === 'lyrics' ? this.holding(near, ['lyrics']) : [];
            return lyrics.length ? lyrics : this.holding(near, ['work', 'lyrics']);
          });
        } else if (row) {
          found = [this.holding(places, CLAIMS[role])];
        }
        groups.push(found.length > 0 && found.every((g) => g.length > 0));
        for (const [party, at] of found.flat()) {
          const same = all.find((h) => h.role === role && h.party === party);
          if (same) { same.level = Math.min(same.level, at); } else { all.push({ role, inPerson, party, level: at }); }
        }
      }
      return { all, known: groups.every(Boolean) };
    }

    // How one holder stands.
    hear(holder, places, everybody) {
      const { party } = holder;
      const minor = this.on < (day((this.parties.get(party) || {}).minor_until) ?? -Infinity);
      const [pool, near] = [[], []];
      for (const s of this.statements.filter((one) => (one.for || one.speaker) === party && places.includes(one.subject))) {
        const why = this.counts(s, holder, minor);
        if (why && !why.length) { pool.push(s); } else if (why && s.kind === 'permit') { near.push(...why); }
      }
      pool.sort((a, b) => this.ranked(a, b));
      const strict = (s) => (s.kind ?? 'refuse') === 'refuse';
      const refusal = (from) => [from.find((s) => s.speaker === party), from[0]].find((s) => s && strict(s));
      const refused = refusal(pool);
      const special = pool.filter((s) => !strict(s) || list(s.licensees).length);
      const fitting = this.licensed(places).filter((l) => !this.fits(l).length);
      fitting.sort((a, b) => Number(this.open(a.conditions || {}).length > 0) - Number(this.open(b.conditions || {}).length > 0)
        || level(b) - level(a) || order(a.id, b.id));
      const wanted = refused ? !refusal(special) : !pool.length || pool[0].kind !== 'permit';
      const signed = (l, who) => list(l.signed_by).includes(who);
      const license = fitting.find((l) => wanted && !minor && signed(l, party) && (!refused || everybody.every((h) => signed(l, h.party))));
      const said = refused || pool[0];
      const base = Math.min(holder.level, this.level(party));
      const why = [];
      let stand = 'silent';
      if (license) { stand = 'licensed'; } else if (said) { stand = strict(said) ? 'refuses' : said.kind === 'ask' ? 'asks' : 'agrees'; }
      if (stand === 'refuses') { why.push('PROHIBITED'); }
      if (stand === 'asks') { this.licensed(places).filter((l) => signed(l, party)).forEach((l) => why.push(...this.fits(l))); }
      if (stand === 'silent' && near.length) { why.push(...near); }
      if (stand === 'silent' && !near.length) {
        why.push('SILENT');
        const personal = PERSONAL.includes(this.q.use) && ['artist', 'featured', 'person'].includes(holder.role);
        if (holder.inPerson || personal) { why.push('PERSON_CONSENT_MISSING'); }
      }
      if (minor && stand !== 'agrees' && stand !== 'licensed') { why.push('MINOR'); }
      const rests = license ? Math.min(base, level(license)) : said ? Math.min(base, this.rests(said, party)) : base;
      const basis = license || (stand === 'agrees' ? said : null);
      return { stand, why, rests, open: basis ? this.open(basis.conditions || {}) : [] };
    }
  }

  // The answer in codes as a receipt has it, who was asked, and what they could have spoken about.
  return (lines, question, size) => {
    if (!NEEDS[question.use]) { fail(`\`${question.use}\` is not a use`); }
    const w = new World(lines, question, size);
    const person = question.person !== undefined && question.person !== null;
    const row = person ? null : w.recording();
    let places = row ? [`recording:${row.id}`, ...list(row.works).map((work) => `work:${work}`)] : [];
    const project = (row && row.project) || question.project;
    if (project && (row || person)) { places.push(`project:${project}`); }
    const { all, known } = w.holders(row, places);
    const why = new Set(known ? [] : ['UNKNOWN_SUBJECT']);
    const about = [...places, ...all.map((h) => `person:${h.party}`)];
    const live = (d) => w.sees(d) && (day(d.at) === null || day(d.at) <= w.on) && !w.over(d.closed_at, d.closed_log);
    if (w.disputes.some((d) => about.includes(d.subject) && live(d))) { why.add('DISPUTED'); }
    places = [...places, 'person', 'catalogue'];
    let weakest = all.length ? 4 : 0;
    const [open, stands] = [new Set(), []];
    for (const holder of all) {
      const heard = w.hear(holder, places, all);
      heard.why.forEach((reason) => why.add(reason));
      heard.open.forEach((condition) => open.add(condition));
      weakest = Math.min(weakest, heard.rests);
      stands.push(heard.stand);
    }
    const asks = stands.includes('asks');
    const outcome = why.size ? 'DENY' : asks ? 'NEEDS_LICENSE' : open.size ? 'PERMIT_IF' : 'PERMIT';
    const reasons = [...REASONS.filter((r) => why.has(r)), ...(asks ? ['NEEDS_LICENSE'] : [])];
    const yes = outcome === 'PERMIT' || outcome === 'PERMIT_IF';
    const kept = yes && open.size ? ` if ${[...open].sort(order).join('; ')}` : '';
    const scopes = new Set(['person', 'catalogue', ...places.filter((p) => p.includes(':')), ...(question.project ? [`project:${question.project}`] : [])]);
    return {
      words: `${outcome} ${reasons.join(';')} weakest=${LEVELS[weakest]}${kept}`,
      asked: [...new Set(all.map((h) => h.party))],
      scopes: [...scopes],
    };
  };
})();
globalThis.decideConsent = decideConsent;
