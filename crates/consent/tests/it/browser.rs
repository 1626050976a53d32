//! The decision as the receipt page makes it in a browser (`web/decide.js`), against the engine on random worlds, through Node.js.

use std::io::Write as _;
use std::process::{Command, Stdio};

use consent::registry::*;
use consent::{Answer, Asked, Outcome, Question, Session, receipt, uses};
use serde_json::{Map, Value, json};

use crate::world::{Chance, build, objects, question};

/// Reads worlds from its input, decides each, and prints what differs.
const SCRIPT: &str = "
const fs = require('fs');
(0, eval)(fs.readFileSync(process.argv[1], 'utf8'));
let n = 0, wrong = 0;
for (const line of fs.readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
  const { lines, question, size, answer } = JSON.parse(line);
  const told = globalThis.decideConsent(lines, question, size).words;
  n += 1;
  if (told !== answer && (wrong += 1) < 4) { console.log(`${told} instead of ${answer} in ${line}`); }
}
console.log(`${n} worlds, ${wrong} wrong`);
";

#[test]
fn a_browser_decides_as_the_engine_does() {
    let Ok(found) = Command::new("node").arg("--version").output() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "there is no Node.js");
        eprintln!("SKIPPED: there is no Node.js");
        return;
    };
    assert!(found.status.success());
    let (mut worlds, mut many) = (String::new(), 0);
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    let (mut session, mut first) = (Session::default(), Answer::default());
    for n in 0..14_000 {
        let mut c = Chance(0xB0_0000 + n);
        let usage = uses::LIST[c.below(20) as usize].usage;
        let world = objects(&mut c, usage);
        let q = question(&mut c, usage);
        build(&world).decide(&q, &mut session, &mut first);
        if matches!(first.outcome, Outcome::Deny(_)) && !c.one_in(16) {
            continue; // most worlds say no, and a few of them are enough
        }
        many += 1;
        let lines: Vec<Value> = world.iter().enumerate().map(|(n, o)| line(n, o)).collect();
        let size = if q.log_size == u64::MAX { 1_000 } else { q.log_size };
        let asked = asked(&q);
        let parts =
            receipt::Parts { question: Some(asked.clone()), lines: lines.clone(), ..Default::default() };
        let text = receipt::write(&parts, size).unwrap();
        let answer = serde_json::from_str::<Value>(&text).unwrap()["answer"].clone();
        *seen.entry(answer.as_str().unwrap().split(' ').next().unwrap().to_owned()).or_default() += 1;
        let one = json!({ "lines": lines, "question": asked, "size": size, "answer": answer });
        worlds.push_str(&format!("{one}\n"));
    }
    assert!(
        many > 1_000 && seen.len() == 4 && seen.values().all(|n| *n > 20),
        "the worlds are dull: {seen:?}"
    );
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/decide.js");
    let mut node = Command::new("node")
        .args(["-e", SCRIPT, script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = node.stdin.take().unwrap();
    let feed = std::thread::spawn(move || input.write_all(worlds.as_bytes()).unwrap());
    let done = node.wait_with_output().unwrap();
    feed.join().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.ends_with(&format!("{many} worlds, 0 wrong\n")), "{said}");
}

fn asked(q: &Question<'_>) -> Value {
    let mut all = Map::new();
    match q.subject {
        Asked::Recording(id) => all.insert("recording".into(), id.into()),
        Asked::Person(id) => all.insert("person".into(), id.into()),
    };
    all.insert("use".into(), q.usage.code().into());
    all.insert("licensee".into(), q.licensee.into());
    all.insert("on".into(), q.on.to_string().into());
    all.insert("territory".into(), q.territory.as_str().into());
    all.insert("min_level".into(), q.min_level.code().into());
    let texts = [("model", q.model), ("version", q.version), ("purpose", q.purpose), ("project", q.project)];
    for (name, text) in texts {
        if let Some(text) = text {
            all.insert(name.into(), text.into());
        }
    }
    if let Some(until) = q.until {
        all.insert("until".into(), until.to_string().into());
    }
    all.into()
}

/// A line as files have it: what is not said is left out.
fn line(number: usize, object: &Object) -> Value {
    let whole = match object {
        Object::Party(p) => {
            json!({ "type": "party", "id": p.id, "minor_until": p.minor_until.map(|d| d.to_string()), "level": p.level.code() })
        }
        Object::Work(w) => json!({ "type": "work", "id": w.id }),
        Object::Recording(r) => {
            json!({ "type": "recording", "id": r.id, "works": r.works, "project": r.project, "log": r.log })
        }
        Object::Claim(c) => {
            let role =
                ["master", "work", "lyrics", "featured", "voice", "performer", "owner"][c.role as usize];
            json!({ "type": "claim", "id": format!("c{number}"), "subject": c.subject, "role": role, "party": c.party,
                "share_ppm": c.share_ppm, "territories": c.territories, "from": c.from.map(|d| d.to_string()),
                "until": c.until.map(|d| d.to_string()), "log": c.log, "at": c.at.map(|d| d.to_string()), "level": c.level.code(),
                "revoked_at": c.revoked_at.map(|d| d.to_string()), "revoked_log": c.revoked_log })
        }
        Object::Mandate(m) => {
            json!({ "type": "mandate", "id": m.id, "principal": m.principal, "agent": m.agent, "uses": m.uses,
                "territories": m.territories, "from": m.from.map(|d| d.to_string()), "until": m.until.map(|d| d.to_string()),
                "guardian": m.guardian, "revoked_at": m.revoked_at.map(|d| d.to_string()), "revoked_log": m.revoked_log,
                "log": m.log, "at": m.at.map(|d| d.to_string()), "level": m.level.code() })
        }
        Object::Statement(s) => {
            let kind = ["permit", "ask", "refuse", "withdraw"][s.kind as usize];
            json!({ "type": "statement", "id": s.id, "speaker": s.speaker, "for": s.for_party, "subject": s.subject, "kind": kind,
                "uses": s.uses, "licensees": s.licensees, "territories": s.territories, "from": s.from.map(|d| d.to_string()),
                "until": s.until.map(|d| d.to_string()), "conditions": conditions(&s.conditions), "withdraws": s.withdraws,
                "log": s.log, "at": s.at.map(|d| d.to_string()), "level": s.level.code() })
        }
        Object::License(l) => {
            json!({ "type": "license", "id": l.id, "licensee": l.licensee, "uses": l.uses, "subjects": l.subjects,
                "territories": l.territories, "from": l.from.map(|d| d.to_string()), "until": l.until.map(|d| d.to_string()),
                "signed_by": l.signed_by, "conditions": conditions(&l.conditions), "notice_days": l.notice_days,
                "revoked_at": l.revoked_at.map(|d| d.to_string()), "revoked_log": l.revoked_log, "log": l.log,
                "at": l.at.map(|d| d.to_string()), "level": l.level.code() })
        }
        Object::Dispute(d) => {
            json!({ "type": "dispute", "id": d.id, "subject": d.subject, "closed_at": d.closed_at.map(|d| d.to_string()),
                "closed_log": d.closed_log, "log": d.log, "at": d.at.map(|d| d.to_string()) })
        }
    };
    let said = |v: &Value| !v.is_null() && *v != json!([]) && *v != json!("") && *v != json!({});
    whole.as_object().unwrap().iter().filter(|(_, v)| said(v)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn conditions(c: &Conditions) -> Value {
    let whole = json!({ "output": c.output, "model": c.model, "version": c.version, "purpose": c.purpose, "project": c.project,
        "max_days": c.max_days, "attribution": c.attribution, "detection": c.detection, "fee": c.fee });
    let said = |v: &Value| !v.is_null() && *v != json!([]) && *v != json!("") && *v != json!(false);
    whole.as_object().unwrap().iter().filter(|(_, v)| said(v)).map(|(k, v)| (k.clone(), v.clone())).collect()
}
