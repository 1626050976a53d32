//! Set lists of the text and XML families: files that DJ software really wrote, where they are at hand, and our own.

use std::path::{Path, PathBuf};

use formats::set_list::{Format, Line, SetListFile, read, write};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// What a file must read as.
struct Want {
    path: &'static str,
    /// The format word, or nothing for what is no set list.
    format: &'static str,
    lines: usize,
    sets: usize,
    /// Artist and title of the first and of the last line, as [`digest`] tells them: whose music it is, is no business
    /// of this repository.
    first: &'static str,
    last: &'static str,
    /// Start of the first line.
    started_at: &'static str,
    /// Length and seconds played of the first line; 0 where there are none.
    seconds: [u32; 2],
}

const NO: &str = "";

fn want(
    path: &'static str,
    format: &'static str,
    counts: [usize; 2],
    first: &'static str,
    last: &'static str,
) -> Want {
    Want { path, format, lines: counts[0], sets: counts[1], first, last, started_at: "", seconds: [0, 0] }
}

fn real_files() -> Vec<Want> {
    vec![
        Want {
            seconds: [242, 0],
            ..want(
                "mixed-text/PlaylistConverterTest.txt",
                "rekordbox-txt",
                [4, 1],
                "2c00af56e7162dd6",
                "69e3c4c1cb367e53",
            )
        },
        Want {
            seconds: [242, 0],
            ..want(
                "mixed-text/rekordbox-v6.txt",
                "rekordbox-txt",
                [4, 1],
                "2c00af56e7162dd6",
                "69e3c4c1cb367e53",
            )
        },
        Want {
            seconds: [247, 0],
            ..want(
                "mixed-text/rekordbox_1.txt",
                "rekordbox-txt",
                [16, 1],
                "69d53fbc1e21973e",
                "0952dec01a21e0b8",
            )
        },
        Want {
            seconds: [193, 0],
            ..want(
                "mixed-text/rekordbox_2.txt",
                "rekordbox-txt",
                [13, 1],
                "243679910bc1965b",
                "89eaf29cdce1e70e",
            )
        },
        Want {
            seconds: [243, 0],
            ..want(
                "mixed-text/broken-enginedj-v21.csv",
                "engine-csv",
                [1, 1],
                "2c00af56e7162dd6",
                "2c00af56e7162dd6",
            )
        },
        Want {
            seconds: [390, 0],
            ..want("mixed-text/engine_1.csv", "engine-csv", [5, 1], "a62689fe15f85575", "732a6618213714a0")
        },
        Want {
            started_at: "2015-05-16T00:52:35",
            seconds: [0, 588],
            ..want("mixed-text/serato_1.csv", "serato-csv", [76, 1], "df7f91e5d2216d2d", "9523eb938f60a1ce")
        },
        Want {
            seconds: [253, 0],
            ..want("mixed-text/traktor_1.nml", "traktor-nml", [16, 1], "00b2bed54455d49e", "1379c47ec4191bdf")
        },
        Want {
            seconds: [307, 0],
            ..want("mixed-text/traktor_2.nml", "traktor-nml", [26, 1], "f2903eb8873319a7", "3d7fc690c9c38884")
        },
        Want {
            seconds: [243, 0],
            ..want(
                "mixed-text/virtualdj-missing-bpm.csv",
                "virtualdj-csv",
                [2, 1],
                "4f514728d7b6dd0f",
                "963516f1267cc600",
            )
        },
        Want {
            seconds: [172, 0],
            ..want(
                "rekordbox-pyrekordbox/rekordbox 5/database.xml",
                "rekordbox-xml",
                [4, 2],
                "4d70207057cefcd1",
                "2dcba0b4297a8026",
            )
        },
        want("rekordbox-pyrekordbox/rekordbox 6/database.xml", "rekordbox-xml", [0, 0], NO, NO),
        Want {
            seconds: [172, 0],
            ..want(
                "rekordbox-rekordcrate/xml/database.xml",
                "rekordbox-xml",
                [4, 2],
                "4d70207057cefcd1",
                "2dcba0b4297a8026",
            )
        },
        want("serato/sslscrobbler-test.csv", "table", [11, 1], "a945d82d2c67ef26", "078f050163776953"),
        want("traktor/collection.nml", "traktor-nml", [0, 0], NO, NO),
        want("traktor/collection_indexing.nml", "traktor-nml", [0, 0], NO, NO),
        want("traktor/cuepoints.nml", "traktor-nml", [0, 0], NO, NO),
        Want {
            started_at: "2019-10-18T19:07:19",
            seconds: [269, 241],
            ..want("traktor/history.nml", "traktor-nml", [1, 1], "156c656f5791d8d4", "156c656f5791d8d4")
        },
        want("traktor/playlist.nml", "traktor-nml", [3, 3], "bab14fdd0b7133a7", "bab14fdd0b7133a7"),
        want(
            "whats-now-playing/tests/m3u/2021-01-09.m3u",
            "m3u",
            [47, 1],
            "1dd84cf15c51e267",
            "8fd244090f022826",
        ),
        want(
            "whats-now-playing/tests/playlists/json/test.json",
            "json-list",
            [1, 1],
            "908fc30cf2db85cf",
            "908fc30cf2db85cf",
        ),
        Want {
            seconds: [205, 0],
            ..want(
                "whats-now-playing/tests/playlists/traktor/collection.nml",
                "traktor-nml",
                [2, 1],
                "4ca8a1b167ae16d0",
                "927c5ede79ae1461",
            )
        },
        Want {
            seconds: [246, 0],
            ..want(
                "whats-now-playing/tests/playlists/virtualdj/test/testplaylist.m3u",
                "virtualdj-m3u",
                [3, 1],
                "0c16de749ae35d2c",
                "397dd10a06d69fb2",
            )
        },
        Want {
            seconds: [180, 0],
            ..want(
                "whats-now-playing/tests/playlists/virtualdj/videos.m3u",
                "virtualdj-m3u",
                [3, 1],
                "7fef09a53044131c",
                "e0f1ab63110bd82c",
            )
        },
        Want {
            started_at: "2025-05-27T14:46:00",
            ..want(
                "whats-now-playing/tests/seratolive/2025_05_27_dj_marcus_mcbride.html",
                "serato-live-html",
                [17, 1],
                "e53ae99a650a9ef5",
                "b7a4fdadc5eef06d",
            )
        },
    ]
}

/// The shared files, or nothing where they are absent; a continuous run must have them.
fn shared() -> Option<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/formats"));
    if root.is_dir() {
        return Some(root.to_owned());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", root.display());
    eprintln!("SKIPPED: {} is absent", root.display());
    None
}

fn files_under(root: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root.to_path_buf()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn credit(line: Option<&Line>) -> [String; 2] {
    let words = |text: &Option<String>| text.clone().unwrap_or_default();
    line.map(|line| [words(&line.artist), words(&line.title)]).unwrap_or_default()
}

/// The first sixteen digits of SHA-256 over artist, unit separator, title; nothing where there is no line.
fn digest(line: Option<&Line>) -> String {
    if line.is_none() {
        return String::new();
    }
    let digest = Sha256::digest(credit(line).join("\u{1f}"));
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_real_file_reads_as_it_was_played() {
    let Some(root) = shared() else { return };
    let wanted = real_files();
    for path in files_under(&root) {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let end = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let binary = ["db", "edb", "pdb", "session", "dat", "ext", "2ex", "sql"].contains(&end.as_str());
        let file = read(&std::fs::read(&path).unwrap(), None);
        check_whole(&name, &file);
        let Some(want) = wanted.iter().find(|want| want.path == name) else {
            assert!(
                binary || (file.format.is_none() && file.lines.is_empty()),
                "{name} reads as {:?}",
                file.format
            );
            continue;
        };
        assert_eq!(file.format.map(Format::word), Some(want.format), "{name}");
        assert_eq!(
            (file.lines.len(), file.sets.len()),
            (want.lines, want.sets),
            "{name}: {:?}",
            file.problems
        );
        assert!(file.lines.iter().all(|line| line.played), "{name}");
        assert_eq!(digest(file.lines.first()), want.first, "{name}");
        assert_eq!(digest(file.lines.last()), want.last, "{name}");
        let first = file.lines.first();
        let started_at = first.and_then(|line| line.started_at).map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(started_at, want.started_at, "{name}");
        let seconds = first.map(|line| [line.duration_s.unwrap_or(0), line.played_s.unwrap_or(0)]);
        assert_eq!(seconds.unwrap_or_default(), want.seconds, "{name}");
    }
    for want in wanted {
        assert!(root.join(want.path).is_file(), "{} is gone", want.path);
    }
}

#[test]
fn pasted_lines_are_kept_one_by_one() {
    let Some(root) = shared() else { return };
    for (name, most) in [("lines.tsv", 0), ("rough-lines.tsv", 15)] {
        let table = std::fs::read_to_string(root.join("../matching").join(name)).unwrap();
        let lines: Vec<&str> =
            table.lines().skip(1).filter_map(|line| line.split_once('\t')).map(|(_, text)| text).collect();
        let file = read(lines.join("\n").as_bytes(), None);
        assert_eq!(file.format, Some(Format::PlainText), "{name}");
        let kept: std::collections::HashSet<u64> = file.lines.iter().map(|line| line.line).collect();
        let lost: Vec<&&str> =
            lines.iter().zip(1..).filter(|(_, n)| !kept.contains(n)).map(|(line, _)| line).collect();
        assert!(
            lost.len() <= most,
            "{name}: {} lost, such as {:?}",
            lost.len(),
            lost.iter().take(40).collect::<Vec<_>>()
        );
    }
}

/// What holds for every file, whatever it is.
fn check_whole(name: &str, file: &SetListFile) {
    assert!(
        !file.lines.is_empty() || file.problems.len() == 1 || file.format.is_some(),
        "{name}: {:?}",
        file.problems
    );
    assert!(!file.lines.is_empty() || !file.problems.is_empty() || file.format.is_none(), "{name} is silent");
    for (set, number) in file.sets.iter().zip(1..) {
        assert_eq!(set.number, number, "{name}");
        let places: Vec<u32> =
            file.lines.iter().filter(|line| line.set == number).map(|line| line.position).collect();
        assert!(
            places.iter().copied().eq(1..=places.len() as u32) && !places.is_empty(),
            "{name}: {places:?}"
        );
    }
    for problem in &file.problems {
        assert!(!problem.message.ends_with('.') && !problem.message.is_empty(), "{name}: {problem}");
        assert!(!problem.message.starts_with(char::is_uppercase), "{name}: {problem}");
    }
}

// ---- our own files, one of each family ----

const REKORDBOX_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DJ_PLAYLISTS Version="1.0.0"><PRODUCT Name="rekordbox" Version="6.6.2" Company="AlphaTheta"/>
<COLLECTION Entries="2">
<TRACK TrackID="11" Name="Night Drive" Artist="Ada Nwosu &amp; Mira" Mix="KN Remix" Remixer="Kollektiv Nord" Label="Tide" TotalTime="301" Year="2024" ISRC="DEA123400001" Comments="x"/>
<TRACK TrackID="12" Name="Low &lt;Tide&gt;" Artist="Mira Feld" TotalTime="0" Year="0" ISRC="WRONG"><TEMPO Bpm="128.00"/></TRACK>
</COLLECTION>
<PLAYLISTS><NODE Type="0" Name="ROOT" Count="2">
<NODE Name="Gigs" Type="0" Count="1"><NODE Name="Nord, Friday" Type="1" KeyType="0" Entries="3"><TRACK Key="12"/><TRACK Key="11"/><TRACK Key="99"/></NODE></NODE>
<NODE Name="Empty" Type="1" KeyType="0" Entries="0"/>
<NODE Name="Saturday" Type="1" KeyType="0" Entries="1"><TRACK Key="11"/></NODE>
</NODE></PLAYLISTS></DJ_PLAYLISTS>"#;

const TRAKTOR: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<NML VERSION="19"><HEAD COMPANY="www.native-instruments.com" PROGRAM="Traktor"></HEAD>
<COLLECTION ENTRIES="2"><ENTRY TITLE="Night Drive" ARTIST="Ada Nwosu"><LOCATION DIR="/:Music/:" FILE="nd.mp3" VOLUME="Crates" VOLUMEID="x"></LOCATION>
<ALBUM TITLE="Drives"></ALBUM><INFO LABEL="Tide" PLAYTIME="301" PLAYTIME_FLOAT="300.9" RELEASE_DATE="2024/1/1" REMIXER="Kollektiv Nord" MIX="KN Remix"></INFO></ENTRY>
<ENTRY TITLE="Low Tide" ARTIST="Mira Feld"><LOCATION DIR="/:Music/:" FILE="lt.mp3" VOLUME="Crates" VOLUMEID="x"></LOCATION></ENTRY></COLLECTION>
<PLAYLISTS><NODE TYPE="FOLDER" NAME="$ROOT"><SUBNODES COUNT="1"><NODE TYPE="PLAYLIST" NAME="HISTORY"><PLAYLIST ENTRIES="3" TYPE="LIST" UUID="0">
<ENTRY><PRIMARYKEY TYPE="TRACK" KEY="Crates/:Music/:nd.mp3"></PRIMARYKEY><EXTENDEDDATA DECK="0" DURATION="241.70" EXTENDEDTYPE="HistoryData" PLAYEDPUBLIC="1" STARTDATE="132711173" STARTTIME="86399"></EXTENDEDDATA></ENTRY>
<ENTRY><PRIMARYKEY TYPE="TRACK" KEY="Crates/:Music/:lt.mp3"></PRIMARYKEY><EXTENDEDDATA DECK="1" DURATION="3.2" EXTENDEDTYPE="HistoryData" PLAYEDPUBLIC="0" STARTDATE="132711174" STARTTIME="10"></EXTENDEDDATA></ENTRY>
<ENTRY><PRIMARYKEY TYPE="TRACK" KEY="Crates/:Music/:Kollektiv Nord - Gone.mp3"></PRIMARYKEY></ENTRY>
</PLAYLIST></NODE></SUBNODES></NODE></PLAYLISTS></NML>"#;

const SERATO_CSV: &str = "name,artist,start time,end time,playtime,deck\n\"16/05/2024\",,\"16/05/2024 23:50:00 CEST\",\"17/05/2024 01:10:00 CEST\",01:20:00,\nNight Drive,Ada Nwosu,23:51:00 CEST,23:56:00 CEST,00:05:00,1\nLow Tide,Mira Feld,00:02:00 CEST,00:08:30 CEST,00:06:30,2\n";

const SERATO_TXT: &str = "name                 artist            start time       \n-----------------    -------------     -----------      \n16.5.2024                              16.5.2024 16.42.21 EET\nNight Drive          Ada Nwosu         16.43.00 EET     \nLöwe am Tag          Mira Feld         16.48.30 EET     \n";

const SERATO_LIVE: &str = "<!DOCTYPE html>\n<html><head><title>5/27/2025 - DJ Mira - Serato DJ Playlists</title></head><body>\n<div class=\"playlist-track \"><div class=\"playlist-tracktime\">2 mins ago</div>\n<div class=\"playlist-trackname\">\n Ada Nwosu &amp; Co - Night Drive </div></div>\n<div class=\"playlist-track \"><div class=\"playlist-timestamp\">11:58pm </div><div class=\"playlist-tracktime\">9 mins ago</div><div class=\"playlist-trackname\">Mira Feld - Low Tide</div></div></body></html>";

const ENGINE: &str = "#,Title,Artist,Album,Length,BPM,Genre,Label,Composer,Remixer,Year,File name\n1,\"Night Drive (KN Remix)\",\"Ada Nwosu\",\"Drives\",390,125,\"House\",\"Tide\",\"\",\"Kollektiv Nord\",2017,\"D:/x.mp3\"\n2,\"Low Tide (12\" Mix)\",\"Mira Feld\",\"\",404,126,\"\",\"\",\"\",\"\",0,\"D:/y.mp3\"\n";

const VIRTUALDJ: &str = "\u{FEFF}#EXTM3U\r\n#EXTVDJ:<time>21:39</time><lastplaytime>1674884385</lastplaytime><artist>Ada Nwosu & the\r\nSeeds</artist><title>Night Drive</title><remix>KN Remix</remix><songlength>301.5</songlength>\r\nnetsearch://1\r\n#EXTVDJ:<time>21:41</time><artist>Mira Feld</artist><title>Low Tide</title>\r\nD:\\x\\y.mp3\r\n";

const CUE: &str = "PERFORMER \"DJ Mira\"\nTITLE \"Nord 4\"\nFILE \"set.wav\" WAVE\n  TRACK 01 AUDIO\n    TITLE \"Night Drive\"\n    PERFORMER \"Ada Nwosu\"\n    ISRC DEA123400001\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE \"Low Tide\"\n    PERFORMER \"Mira Feld\"\n    INDEX 01 75:10:30\n";

const CUE_REKORDBOX: &str = "REM DATE 2024-05-16 11:53 PM\nREM RECORDED_BY \"rekordbox-dj\"\nTITLE \"REC-1\"\nFILE \"01 REC-1.wav\" WAVE\n\tTRACK 01 AUDIO\n\t\tTITLE \"Night Drive\"\n\t\tPERFORMER \"Ada Nwosu\"\n\t\tFILE \"D:/a b.mp3\" WAVE\n\t\tINDEX 01 00:00:04\n\tTRACK 02 AUDIO\n\t\tTITLE \"Low Tide\"\n\t\tPERFORMER \"Mira Feld\"\n\t\tINDEX 01 01:06:40\n";

const M3U: &str = "#EXTM3U\n#EXTINF:301,Ada Nwosu - Night Drive\n/Volumes/x/nd.mp3\n#EXTINF:-1,\n/Volumes/Mira Feld/Tides/02 Low Tide.flac\n";
const PLS: &str = "[playlist]\nFile1=/x/nd.mp3\nTitle1=Ada Nwosu - Night Drive\nLength1=301\nFile2=/x/Mira Feld/Tides/02 Low Tide.mp3\nNumberOfEntries=2\nVersion=2\n";
const XSPF: &str = "<?xml version=\"1.0\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\"><title>Nord</title><date>2024-05-16T23:00:00</date><trackList>\n<track><creator>Ada Nwosu &amp; Co</creator><title>Night <![CDATA[Drive]]></title><duration>301000</duration><identifier>isrc:DEA123400001</identifier></track>\n<track><location>file:///x/Mira%20Feld/Tides/02%20Low%20Tide.mp3</location></track></trackList></playlist>";
const JSON: &str = r#"{"friday": ["/x/Mira Feld/Tides/02 Low Tide.mp3", {"artist": "Ada Nwosu", "title": "Night Drive", "duration": "5:01", "played": false}], "n": 2}"#;
const TABLE: &str =
    "Artist;Title;Label;ISRC\nAda Nwosu;Night Drive;Tide;DEA123400001\nMira Feld;Low Tide;;NONSENSE\n";
const TEXT: &str = "Live at Club Nord\n\nTracklist:\n1. Ada Nwosu – Night Drive (KN Remix) [Tide]\n2. ID - ID\nw/ Mira Feld - Low Tide\n";

/// Format word, bytes, first and last artist and title.
type Family = (&'static str, Vec<u8>, [&'static str; 2], [&'static str; 2]);

fn families() -> Vec<Family> {
    let own = own_lines();
    let nd = ["Ada Nwosu", "Night Drive"];
    let lt = ["Mira Feld", "Low Tide"];
    vec![
        ("rekordbox-txt", write::rekordbox_txt(&own), ["Ada Nwosu", "Night Drive (KN Remix)"], lt),
        ("rekordbox-xml", REKORDBOX_XML.into(), ["Mira Feld", "Low <Tide>"], ["Ada Nwosu & Mira", "Night Drive"]),
        ("traktor-nml", TRAKTOR.into(), nd, ["Kollektiv Nord", "Gone"]),
        ("serato-csv", SERATO_CSV.into(), nd, lt),
        ("serato-txt", SERATO_TXT.into(), nd, ["Mira Feld", "Löwe am Tag"]),
        ("serato-live-html", SERATO_LIVE.into(), lt, ["Ada Nwosu & Co", "Night Drive"]),
        ("engine-csv", ENGINE.into(), ["Ada Nwosu", "Night Drive (KN Remix)"], ["Mira Feld", "Low Tide (12\" Mix)"]),
        ("virtualdj-m3u", VIRTUALDJ.into(), ["Ada Nwosu & the Seeds", "Night Drive"], lt),
        ("virtualdj-csv", b"sep=,\n\"Title\",\"Artist\",\"Remix\",\"Length\"\n\"Night Drive\",\"Ada Nwosu\",\"\",\"04:03\"\n\"Low Tide\",\"Mira Feld\",\"\",\"\"\n".to_vec(), nd, lt),
        ("cue", CUE.into(), nd, lt),
        ("cue", CUE_REKORDBOX.into(), nd, lt),
        ("m3u", M3U.into(), nd, lt),
        ("pls", PLS.into(), nd, lt),
        ("xspf", XSPF.into(), ["Ada Nwosu & Co", "Night Drive"], lt),
        ("json-list", JSON.into(), lt, nd),
        ("table", TABLE.into(), nd, lt),
        ("plain-text", TEXT.into(), ["Ada Nwosu", "Night Drive (KN Remix)"], lt),
    ]
}

#[test]
fn each_family_reads_its_own_file() {
    for (word, bytes, first, last) in families() {
        let file = read(&bytes, None);
        check_whole(word, &file);
        assert_eq!(file.format.map(Format::word), Some(word), "{:?}", file.problems);
        assert_eq!(credit(file.lines.first()), first, "{word}");
        assert_eq!(credit(file.lines.last()), last, "{word}");
    }
}

#[test]
fn playlists_of_rekordbox_keep_names_and_tell_what_is_missing() {
    let file = read(REKORDBOX_XML.as_bytes(), None);
    let names: Vec<&str> = file.sets.iter().filter_map(|set| set.name.as_deref()).collect();
    assert_eq!(names, ["Nord, Friday", "Saturday"]);
    let line = &file.lines[1];
    assert_eq!(
        (line.version.as_deref(), line.remixer.as_deref(), line.label.as_deref()),
        (Some("KN Remix"), Some("Kollektiv Nord"), Some("Tide"))
    );
    assert_eq!(
        (line.duration_s, line.year, line.isrc.as_ref().map(|c| c.as_str())),
        (Some(301), Some(2024), Some("DEA123400001"))
    );
    let codes: Vec<&str> = file.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["track-unknown", "isrc-invalid"]);
}

#[test]
fn traktor_tells_air_time_from_prelistening() {
    let file = read(TRAKTOR.as_bytes(), None);
    let told: Vec<(bool, Option<u32>, String)> = file
        .lines
        .iter()
        .map(|l| (l.played, l.played_s, l.started_at.map(|m| m.to_string()).unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            (true, Some(241), "2025-03-05T23:59:59".to_owned()),
            (false, Some(3), "2025-03-06T00:00:10".to_owned()),
            (true, None, String::new())
        ]
    );
    assert_eq!(file.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["track-not-in-collection"]);
}

#[test]
fn times_are_kept_where_a_file_has_them() {
    let at = |text: &str| -> Vec<String> {
        read(text.as_bytes(), None)
            .lines
            .iter()
            .map(|l| l.started_at.map(|m| m.to_string()).unwrap_or_default())
            .collect()
    };
    assert_eq!(at(SERATO_CSV), ["2024-05-16T23:51:00", "2024-05-17T00:02:00"]);
    assert_eq!(at(SERATO_TXT), ["2024-05-16T16:43:00", "2024-05-16T16:48:30"]);
    assert_eq!(at(SERATO_LIVE), ["2025-05-27T23:58:00", ""]);
    assert_eq!(at(VIRTUALDJ), ["2023-01-28T05:39:45Z", ""]);
    assert_eq!(at(CUE_REKORDBOX), ["2024-05-16T23:53:04", "2024-05-17T00:59:40"]);
    let offsets =
        |text: &str| read(text.as_bytes(), None).lines.iter().map(|l| l.offset_s).collect::<Vec<_>>();
    assert_eq!(offsets(CUE), [Some(0), Some(4510)]);
    assert_eq!(offsets(CUE_REKORDBOX), [Some(4), Some(4000)]);
    assert_eq!(read(SERATO_CSV.as_bytes(), None).lines[1].played_s, Some(390));
}

#[test]
fn an_export_of_serato_may_hold_several_sessions() {
    let text = "name,artist,start time,genre\n\"16.5.2024\",,\"16.5.2024 23:50:00\",\nNight Drive,Ada Nwosu,23:55:00,House\nBare,,0:10:00,House\n17.5.2024,,17.5.2024 22.00.00,\nLow Tide,Mira Feld,22.05.00,\n";
    let file = read(text.as_bytes(), None);
    let told: Vec<(u32, u32, String)> = file
        .lines
        .iter()
        .map(|line| (line.set, line.position, line.started_at.map(|at| at.to_string()).unwrap_or_default()))
        .collect();
    let want = [(1, 1, "2024-05-16T23:55:00"), (1, 2, "2024-05-17T00:10:00"), (2, 1, "2024-05-17T22:05:00")];
    assert_eq!(told, want.map(|(set, position, at)| (set, position, at.to_owned())));
    let ambiguous = "name,artist,start time\n5/6/2024,,5/6/2024 23:50:00\nNight Drive,Ada Nwosu,23:55:00\n";
    let file = read(ambiguous.as_bytes(), None);
    assert_eq!(
        (file.lines.len(), file.lines[0].started_at, file.problems[0].code),
        (1, None, "date-ambiguous")
    );
    let american = ambiguous.replace("23:50:00", "11:50:00 PM").replace("23:55:00", "11:55:00 PM");
    let at = read(american.as_bytes(), None).lines[0].started_at.map(|at| at.to_string());
    assert_eq!(at.as_deref(), Some("2024-05-06T23:55:00"));
}

#[test]
fn a_large_collection_is_read_in_one_walk() {
    let entries: String = (0..20_000)
        .map(|n| format!("<ENTRY TITLE=\"T{n}\" ARTIST=\"A{n}\"><LOCATION DIR=\"/:x/:\" FILE=\"{n}.mp3\" VOLUME=\"V\"></LOCATION><INFO PLAYTIME=\"300\"></INFO></ENTRY>\n"))
        .collect();
    let text = TRAKTOR
        .replace("</COLLECTION>", &(entries + "</COLLECTION>"))
        .replace("Crates/:Music/:lt.mp3\"></PRIMARYKEY>", "V/:x/:19999.mp3\"></PRIMARYKEY>");
    let begun = std::time::Instant::now();
    let file = read(text.as_bytes(), None);
    assert_eq!(credit(file.lines.get(1)), ["A19999", "T19999"]);
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn a_set_in_every_encoding_reads_the_same() {
    let text = "#\tTrack Title\tArtist\tTime\r\n1\tLöwe\tMira Feld\t04:02\r\n";
    let utf16 = |big: bool| {
        text.encode_utf16()
            .flat_map(move |u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
            .collect::<Vec<u8>>()
    };
    let western: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (bytes, problems) in [(text.into(), 0), (utf16(false), 0), (utf16(true), 0), (western, 1)] {
        let file = read(&bytes, None);
        assert_eq!(
            (credit(file.lines.first()), file.lines.len()),
            (["Mira Feld".to_owned(), "Löwe".to_owned()], 1)
        );
        assert_eq!(file.problems.len(), problems);
    }
}

#[test]
fn what_is_no_set_list_gets_one_clear_problem() {
    let noise: Vec<u8> = (0..8192_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 ^ (n.wrapping_mul(40_503) >> 7) as u8)
        .collect();
    for (bytes, format, code) in [
        (Vec::new(), None, "empty"),
        (b" \n\t\r\n".to_vec(), None, "empty"),
        (vec![0; 1 << 30], None, "all-zeros"),
        (b"PK\x03\x04abcdef".to_vec(), None, "not-a-set-list"),
        (b"<html><body><p>hello</p></body></html>".to_vec(), None, "not-a-set-list"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08".repeat(100), None, "not-a-set-list"),
        (b"just one line".to_vec(), None, "not-a-set-list"),
        ("#\tOpus\tQui\r\n1\tLow Tide\tMira Feld\r\n".into(), Some(Format::RekordboxTxt), "header-unknown"),
        (
            b"<NML VERSION=\"19\"><COLLECTION ENTRIES=\"0\"></COLLECTION></NML>".to_vec(),
            Some(Format::TraktorNml),
            "bare-collection",
        ),
        (noise, Some(Format::RekordboxDb), "database-locked"),
    ] {
        let begun = std::time::Instant::now();
        let file = read(&bytes, None);
        let codes: Vec<&str> = file.problems.iter().map(|p| p.code).collect();
        assert_eq!((file.format, file.lines.len(), codes), (format, 0, vec![code]));
        assert!(!file.problems[0].hint.is_empty(), "{code}");
        assert!(begun.elapsed().as_secs() < 2, "{code} took {:?}", begun.elapsed());
    }
}

#[test]
fn words_are_no_magic_bytes() {
    for text in ["RIFF - Low Tide\n", "ID3 - Low Tide\n", "SQL - Format 3\n"] {
        assert_eq!(read(text.as_bytes(), None).format, Some(Format::PlainText), "{text}");
    }
}

#[test]
fn a_cut_or_broken_file_keeps_its_good_lines() {
    let cut = TRAKTOR.split("</PLAYLIST>").next().unwrap();
    let file = read(cut.as_bytes(), None);
    assert_eq!(file.lines.len(), 3);
    assert!(file.problems.iter().any(|p| p.code == "truncated"), "{:?}", file.problems);
    let broken = REKORDBOX_XML.replace("<TRACK Key=\"12\"/>", "<TRACK Key=\"12\"/><!TRACK <<>");
    let file = read(broken.as_bytes(), None);
    assert!(file.lines.len() >= 2, "{:?}", file.problems);
    let file = read(&JSON.as_bytes()[..JSON.len() - 40], None);
    assert_eq!((file.lines.len(), file.problems[0].code), (1, "truncated"));
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>\n".to_owned()
        + &REKORDBOX_XML.replace("Mira Feld", "&b;");
    let file = read(bomb.as_bytes(), None);
    assert_eq!(credit(file.lines.first())[0], "&b;");
    let deep = "<DJ_PLAYLISTS>".to_owned() + &"<NODE>".repeat(100_000);
    assert!(read(deep.as_bytes(), None).problems.iter().any(|p| p.code == "xml-too-deep"));
}

#[test]
fn hostile_sizes_are_bounded() {
    let many = "Ada Nwosu - Night Drive\n".repeat(300_000);
    let file = read(many.as_bytes(), None);
    assert_eq!(file.lines.len(), 200_000);
    assert!(file.problems.iter().any(|p| p.code == "too-many-lines"));
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=\"x\"")).collect();
    let begun = std::time::Instant::now();
    read(
        format!("<DJ_PLAYLISTS><COLLECTION><TRACK{attributes}/></COLLECTION></DJ_PLAYLISTS>").as_bytes(),
        None,
    );
    read(format!("<DJ_PLAYLISTS {}", "<a b=\"".repeat(300_000)).as_bytes(), None);
    read("\"a,".repeat(300_000).as_bytes(), None);
    read(format!("artist,title\n{}", "\"x,\n".repeat(200_000)).as_bytes(), None);
    read(format!("#EXTVDJ:{}\n", "<artist>".repeat(200_000)).as_bytes(), None);
    read(
        format!("<html class=\"playlist-trackname\" {}", "playlist-trackname".repeat(100_000)).as_bytes(),
        None,
    );
    read("[".repeat(500_000).as_bytes(), None);
    read(format!("{{\"a\": [{}", "[\"x\",".repeat(200_000)).as_bytes(), None);
    read("1. & &amp ".repeat(200_000).as_bytes(), None);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

// ---- what we write is read back ----

fn own_lines() -> Vec<Line> {
    let line = |artist: &str, title: &str, label: &str, duration| Line {
        artist: Some(artist.to_owned()),
        title: Some(title.to_owned()),
        label: (!label.is_empty()).then(|| label.to_owned()),
        duration_s: Some(duration),
        played: true,
        ..Line::default()
    };
    let own_id = Some(music::OwnTrackId::from_bits(4711));
    vec![
        Line {
            version: Some("KN Remix".to_owned()),
            own_id,
            ..line("Ada Nwosu", "Night Drive", "Tide & Söhne", 301)
        },
        Line { played_s: Some(200), ..line("Kollektiv \"Nord\" <x>", "Überfahrt, heute", "", 402) },
        line("Mira Feld", "Low Tide", "Tide", 255),
    ]
}

#[test]
fn what_is_written_is_read_back() {
    let own = own_lines();
    let start: jiff::civil::DateTime = "2024-05-16T23:55:00".parse().unwrap();
    let instants = [1_715_896_500, 1_715_896_801, 1_715_897_001];
    for (word, bytes) in [
        ("rekordbox-txt", write::rekordbox_txt(&own)),
        ("traktor-nml", write::traktor_nml("HISTORY & more", start, &own)),
        ("serato-csv", write::serato_csv(start, &own)),
        ("virtualdj-m3u", write::virtualdj_m3u(&instants, &own)),
        ("plain-text", write::plain_text("Mira at Club Nord", &own)),
    ] {
        let file = read(&bytes, None);
        check_whole(word, &file);
        assert_eq!(file.format.map(Format::word), Some(word));
        assert_eq!(
            (file.lines.len(), file.sets.len(), file.problems.len()),
            (3, 1, 0),
            "{word}: {:?}",
            file.problems
        );
        for (got, want) in file.lines.iter().zip(&own) {
            assert_eq!(got.artist, want.artist, "{word}");
            let title = format!(
                "{} {}",
                got.title.clone().unwrap_or_default(),
                got.version.clone().unwrap_or_default()
            );
            assert!(title.starts_with(want.title.as_deref().unwrap()), "{word}: {title}");
            assert!(want.version.as_deref().is_none_or(|version| title.contains(version)), "{word}: {title}");
            assert_eq!(got.label, want.label, "{word}");
            assert!(got.duration_s == want.duration_s || word == "plain-text", "{word}");
            assert!(got.own_id == want.own_id || word == "plain-text", "{word}");
        }
        let starts: Vec<String> =
            file.lines.iter().filter_map(|l| l.started_at).map(|m| m.to_string()).collect();
        match word {
            "traktor-nml" | "serato-csv" => {
                assert_eq!(
                    starts,
                    ["2024-05-16T23:55:00", "2024-05-17T00:00:01", "2024-05-17T00:03:21"],
                    "{word}"
                );
                assert_eq!(file.lines[1].played_s, Some(200), "{word}");
            }
            "virtualdj-m3u" => assert_eq!(starts[0], "2024-05-16T21:55:00Z"),
            _ => assert!(starts.is_empty()),
        }
    }
}

// ---- hostile bytes ----

fn any_family() -> impl Strategy<Value = Vec<u8>> {
    let all = families();
    (0..all.len()).prop_map(move |at| all[at].1.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check_whole("random", &read(&bytes, None));
    }

    #[test]
    fn no_cut_panics(bytes in any_family(), cut in 0.0..1.0_f64) {
        let end = (bytes.len() as f64 * cut) as usize;
        check_whole("cut", &read(&bytes[..end], None));
    }

    #[test]
    fn no_change_panics(bytes in any_family(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = bytes;
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        check_whole("changed", &read(&bytes, None));
    }

    #[test]
    fn no_splice_panics(a in any_family(), b in any_family(), at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>()) {
        let spliced = [&a[..at.index(a.len())], &b[from.index(b.len())..]].concat();
        check_whole("spliced", &read(&spliced, None));
    }

    #[test]
    fn no_text_panics(text in "(\\PC{0,30}(\n|\t| - |,|\\[|\\]|[0-9]{1,3}[.:]|\"|&)){0,30}") {
        check_whole("text", &read(text.as_bytes(), None));
    }
}
