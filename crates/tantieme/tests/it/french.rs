//! The demo's pages in French: every page that can be reached, and no text of the English ones on any of them.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use md5::{Digest, Md5};
use serde_json::Value;

use crate::demo::{Demo, demo};

/// All texts of a language.
fn all_texts(lang: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/locales").join(lang);
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    files.map(|f| std::fs::read_to_string(f).unwrap()).collect()
}

impl Demo {
    /// Status and body of a page in French.
    fn page(&self, address: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        let ask = format!(
            "GET {address} HTTP/1.1\r\nHost: {}\r\nAccept-Language: fr\r\nConnection: close\r\n\r\n",
            self.at
        );
        stream.write_all(ask.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    fn json(&self, args: &[&str]) -> Value {
        let done = Command::new(env!("CARGO_BIN_EXE_tantieme"))
            .args(args)
            .arg("--json")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}"))
    }
}

/// The messages of a Fluent file: key and value, with the forms of a plural one below the other.
fn messages(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with(' ') {
            if let Some((_, value)) = all.last_mut() {
                let form = line.trim();
                let form = form.split_once("] ").map_or(form, |(_, words)| words);
                value.push('\n');
                value.push_str(form);
            }
        } else if let Some((key, value)) = line.split_once(" =") {
            all.push((key.to_owned(), value.trim().to_owned()));
        }
    }
    all
}

/// The words of a value between its variables.
fn pieces(value: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut depth, mut piece) = (0_u32, String::new());
    for sign in value.chars() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && sign != '\n' => {
                piece.push(sign);
                continue;
            }
            _ => {}
        }
        all.push(std::mem::take(&mut piece));
    }
    all.push(piece);
    all.iter()
        .map(|p| p.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|p| !p.is_empty())
        .collect()
}

/// What a person reads on a page: the texts between tags, and those of labels and titles.
fn texts(page: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in page.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        // The switch to the other language is in that language.
        if !tag.contains("lang=\"en\"") {
            all.push(text.trim().to_owned());
        }
        for label in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""] {
            if let Some((_, rest)) = tag.split_once(label) {
                all.push(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    all.into_iter()
        .map(|t| t.replace("&amp;", "&").replace("&quot;", "\""))
        .filter(|t| !t.is_empty())
        .collect()
}

/// Which pieces of the English texts stand on a page.
fn in_english(page: &str, english: &[(String, String)], all_french: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts(page) {
        for (key, piece) in english {
            let words = piece.split_whitespace().count();
            // A single word may be a name or a word of both languages: it counts where it is all there is.
            let there = if words > 2 {
                text.contains(piece.as_str())
            } else {
                text == *piece && !all_french.contains(&piece.to_lowercase())
            };
            if there {
                found.push(format!("{key}: `{piece}` in `{text}`"));
            }
        }
    }
    found
}

/// Both readers of the demo's library come in by every way that players know, and find music, lists and words.
fn players_come_in(demo: &Demo) {
    let members: Vec<&Value> =
        demo.ready["sign_ins"].as_array().unwrap().iter().filter(|s| s["role"] == "member").collect();
    assert_eq!(members.len(), 2);
    for role in ["dj", "producer", "institution", "house"] {
        let with = |s: &&Value| s["role"] == role && s["password"].is_string() && s["api_key"].is_string();
        assert!(demo.ready["sign_ins"].as_array().unwrap().iter().any(|s| with(&s)), "{role}");
    }
    for member in members {
        let of = |value: &Value| value.as_str().unwrap().to_owned();
        let (user, password) = (of(&member["subsonic"]["user"]), of(&member["subsonic"]["password"]));
        let token: String =
            Md5::digest(format!("{password}salt")).iter().map(|b| format!("{b:02x}")).collect();
        let ways = [
            format!("u={user}&t={token}&s=salt"),
            format!("u={user}&p={password}"),
            format!("apiKey={}", of(&member["subsonic"]["api_key"])),
            format!("apiKey={}", of(&member["api_key"])),
        ];
        let ask = |way: &str, what: &str| {
            let joint = if what.contains('?') { '&' } else { '?' };
            let (status, body) = demo.page(&format!("/rest/{what}{joint}{way}&v=1.16.1&c=test&f=json"));
            assert_eq!(status, 200, "{what}");
            let answer: Value = serde_json::from_str(&body).unwrap();
            answer["subsonic-response"].clone()
        };
        for way in &ways {
            assert_eq!(ask(way, "ping")["status"], "ok", "{way}");
        }
        assert_eq!(ask(&format!("u={user}&p={}", of(&member["password"])), "ping")["error"]["code"], 40);
        let of = |what: &str| ask(&ways[0], what);
        let count = |value: &Value| value.as_array().map_or(0, Vec::len);
        let albums = of("getAlbumList2?type=newest&size=100");
        assert!(count(&albums["albumList2"]["album"]) > 9, "{albums}");
        let all = of("search3?query=&songCount=500");
        let songs = all["searchResult3"]["song"].as_array().unwrap();
        assert_eq!(songs.len(), 18);
        assert!(songs.iter().any(|s| s["discNumber"] == 2) && songs.iter().all(|s| s["genre"].is_string()));
        let sung = songs.iter().filter(|s| {
            let words = of(&format!("getLyricsBySongId?id={}", s["id"].as_str().unwrap()));
            words["lyricsList"]["structuredLyrics"][0]["synced"] == true
        });
        assert!(sung.count() > 4);
        for (what, list) in [
            ("getAlbumList2?type=recent", "albumList2/album"),
            ("getStarred2", "starred2/song"),
            ("getPlaylists", "playlists/playlist"),
            ("getBookmarks", "bookmarks/bookmark"),
            ("getPlayQueue", "playQueue/entry"),
            ("getGenres", "genres/genre"),
        ] {
            let answer = of(what);
            assert!(count(answer.pointer(&format!("/{list}")).unwrap()) > 0, "{what}: {answer}");
        }
    }
}

#[test]
fn no_english_is_on_a_french_page_of_the_demo() {
    let demo = demo();
    players_come_in(&demo);
    let (french_texts, english_texts) = (all_texts("fr"), all_texts("en"));
    let french: BTreeSet<String> = messages(&french_texts).iter().flat_map(|(_, v)| pieces(v)).collect();
    let all_french = french_texts.to_lowercase();
    let english: Vec<(String, String)> = messages(&english_texts)
        .into_iter()
        .flat_map(|(key, value)| pieces(&value).into_iter().map(move |p| (key.clone(), p)))
        .filter(|(_, piece)| piece.chars().count() > 2 && !french.contains(piece))
        .collect();
    assert!(english.len() > 250, "only {} pieces were found", english.len());
    let (_, page) = demo.page("/figures?lang=en");
    let told = in_english(&page, &english, &all_french);
    assert!(told.len() > 10, "the test knows English when it sees it: {told:?}");
    // Names of people and places in the demo's data are in no language.
    let mut todo: VecDeque<String> = [
        "/",
        "/nothing-here",
        "/set-list/set-NONE",
        "/statement/Nobody",
        "/claim/none",
        "/search?name=a",
        "/search?name=mar",
        "/search?name=zzzz",
        "/statement?party=Mira%20Feld&period=2026-09",
        "/statement/Mira%20Feld?period=soon",
    ]
    .map(str::to_owned)
    .into();
    for party in demo.json(&["party", "list"]).as_array().unwrap() {
        let id = party["id"].as_str().unwrap();
        for address in [
            "/statement/ID",
            "/statement/ID?period=2026-09",
            "/statement/ID?period=2026-10",
            "/invoice/ID",
            "/claim?party=ID",
        ] {
            todo.push_back(address.replace("ID", id));
        }
    }
    for list in demo.json(&["set-list", "list"]).as_array().unwrap() {
        let id = list["id"].as_str().or(list["set_list"].as_str()).unwrap();
        todo.push_back(format!("/set-list/{id}"));
    }
    let (mut seen, mut found, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    while let Some(address) = todo.pop_front() {
        if !seen.insert(address.clone()) {
            continue;
        }
        assert!(seen.len() < 600, "the pages have no end: {address}");
        let (status, page) = demo.page(&address);
        assert!((200..500).contains(&status), "{address}: {status}");
        if !page.starts_with("<!DOCTYPE") {
            continue;
        }
        kinds.insert(address.split(['/', '?']).nth(1).unwrap_or_default().to_owned());
        assert!(page.contains("<html lang=\"fr\""), "{address}");
        let told = in_english(&page, &english, &all_french);
        found.extend(told.into_iter().map(|what| format!("{what} on {address}")));
        for link in page.split("href=\"/").skip(1) {
            let link = format!("/{}", link.split('"').next().unwrap_or_default().replace("&amp;", "&"));
            let same = !link.contains("lang=") && !link.starts_with("/static");
            if same && !link.starts_with("/search?") {
                todo.push_back(link.split('#').next().unwrap_or_default().to_owned());
            }
        }
    }
    for kind in ["", "search", "claim", "set-list", "statement", "figures", "invoice"] {
        assert!(kinds.contains(kind), "no page under /{kind} was seen: {kinds:?}");
    }
    assert!(
        found.is_empty(),
        "{} texts in English:\n{}",
        found.len(),
        found.into_iter().take(40).collect::<Vec<_>>().join("\n")
    );
}
