//! Files of recordings, on both engines: a folder, single files, deliveries, and what is wrong with them.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::audio::analyse::{self, Run};
use app::audio::{Want, deliver, keep, made, mp3, reach, scan};
use app::{Failure, House, audio, catalogue};
use media::{Format, flac, tone};
use music::{Made, RecordingId};
use testkit::house;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../media/tests/fixtures")).join(name)
}

fn code<T>(result: Result<T, Failure>) -> &'static str {
    match result {
        Err(Failure::Refused(refusal)) => refusal.code,
        Err(fault) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

async fn scanned(house: &House, folder: &Path) -> scan::Scanned {
    let ask = scan::Scan {
        folder: folder.to_owned(),
        by: "test".into(),
        label: "Quay".into(),
        made: Some(Made::Human),
    };
    scan::scan(house, ask, Arc::new(|_| {})).await.unwrap()
}

async fn analysed(house: &House) -> analyse::Analysed {
    let run = Run { threads: 2, ..Run::default() };
    analyse::run(house, run, Arc::new(|_| {})).await.unwrap()
}

async fn row(house: &House, artist: &str, title: &str) -> RecordingId {
    let mut tx = house.store.begin_read().await.unwrap();
    let rows = tx.recordings_after("", 1_000).await.unwrap();
    let found = rows.iter().find(|r| r.recording.artist == artist && r.recording.title == title);
    found.unwrap_or_else(|| panic!("no {artist} - {title} in {rows:?}")).recording.id.clone()
}

/// A folder as a small label has it: two releases, a broken file, a text that calls itself sound, a link that leads out.
fn library(folder: &Path) {
    let album = folder.join("Harbour Lights");
    std::fs::create_dir_all(album.join("CD 2")).unwrap();
    std::fs::copy(fixture("tone.mp3"), album.join("03.mp3")).unwrap();
    std::fs::write(album.join("CD 2/01 Ada Nwosu - Ebb.wav"), tone::piece(4, 2)).unwrap();
    std::fs::write(folder.join("Mira Feld - Loose.wav"), tone::sweep(200.0, 900.0, 2, 0.4, 44_100)).unwrap();
    let flac = std::fs::read(fixture("tone.flac")).unwrap();
    std::fs::write(folder.join("cut.flac"), &flac[..flac.len() / 2]).unwrap();
    std::fs::write(folder.join("notes.mp3"), "Dear label, here is my song").unwrap();
    std::fs::write(folder.join("empty.wav"), "").unwrap();
    std::fs::copy(fixture("cover.png"), folder.join("cover.png")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", folder.join("out.mp3")).unwrap();
}

#[tokio::test]
async fn a_folder_becomes_recordings_that_play() {
    for fresh in house::each(71).await {
        let house = &fresh.house;
        let folder = tempfile::tempdir().unwrap();
        library(folder.path());
        let first = scanned(house, folder.path()).await;
        let codes: Vec<&str> = first.flaws.iter().map(|(_, f)| f.code).collect();
        assert_eq!(first.files, 6, "{first:?}");
        // The cut file has the tags of the mp3, ISRC included: it is the same recording.
        assert_eq!((first.recordings, first.releases, first.waiting), (3, 1, 4), "{first:?}");
        for code in ["file-not-sound", "file-empty", "path-passed"] {
            assert!(codes.contains(&code), "{code}: {codes:?}");
        }
        let again = scanned(house, folder.path()).await;
        assert_eq!((again.read, again.recordings), (0, 0), "{again:?}");
        assert_eq!(analyse::waiting(house).await.unwrap(), (4, 0));
        let done = analysed(house).await;
        assert_eq!((done.kept, done.good, done.damaged), (4, 3, 1), "{done:?}");
        assert!(!done.interrupted && done.flaws[0].1.code == "sound-truncated", "{done:?}");
        assert_eq!(analysed(house).await, analyse::Analysed::default());
        let loose = row(house, "Mira Feld", "Loose").await;
        let found = audio::playable(house, &loose).await.unwrap().unwrap();
        assert!(found.plays() && found.analysis.duration_ms == Some(2_000), "{found:?}");
        let opus = found.pick(Want { format: Some("opus"), most_kbps: None }).unwrap();
        assert_eq!((opus.format, opus.is_master, opus.duration_ms), (Format::Opus, false, Some(2_000)));
        let blob = audio::open(house, &opus.address).await.unwrap();
        assert_eq!(&blob.read_at(0, 4).await.unwrap(), b"OggS");
        assert_eq!(blob.bytes(), opus.bytes);
        assert_eq!(audio::waveform(house, &loose).await.unwrap().unwrap().len(), 800);
        let raw = found.pick(Want { format: Some("raw"), most_kbps: Some(64) }).unwrap();
        assert!(raw.is_master && raw.kbps == Some(705), "{raw:?}");
        assert!(found.pick(Want { format: None, most_kbps: Some(128) }).unwrap().format == Format::Opus);
        // The release has the picture that the mp3 carries, and its tracks find it.
        let tide = row(house, "Mira Feld", "Low Tide").await;
        let picture = audio::picture(house, tide.as_str(), 300).await.unwrap().unwrap();
        assert_eq!((picture.width, picture.height, picture.format), (64, 48, Format::Jpeg));
        assert!(audio::picture(house, loose.as_str(), 300).await.unwrap().is_none());
        let gain = {
            let found = audio::playable(house, &tide).await.unwrap().unwrap();
            audio::gain(&mut house.store.begin_read().await.unwrap(), &found).await.unwrap()
        };
        assert!(gain.track_cdb.is_some_and(|g| (-900..0).contains(&g)), "{gain:?}");
        assert!(gain.release_cdb.is_some());
        assert_eq!(made::standing(house, &tide).await.unwrap().made, Some(Made::Human));
        assert_eq!(audio::missing(house).await.unwrap().0, Vec::<String>::new());
    }
}

/// A file as a label sends it: what stands in its tags.
fn tagged(folder: &Path, name: &str, said: &[(&str, &str)]) {
    let samples = tone::music(name.len() as u64, 1, 1, 48_000);
    let file = flac::write(&samples, 1, 48_000, flac::Beside { comments: said, cover: None });
    std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    std::fs::write(folder.join(name), file).unwrap();
}

#[tokio::test]
async fn tags_tell_genres_lyrics_discs_and_numbers() {
    for fresh in house::each(79).await {
        let house = &fresh.house;
        let folder = tempfile::tempdir().unwrap();
        let mbid = "b1a9c0e9-d987-4042-ae91-78d6a3267d69";
        let album = [("ARTIST", "Mira Feld"), ("ALBUM", "Two Rivers"), ("ALBUMARTIST", "Mira Feld")];
        let with = |more: &[(&'static str, &'static str)]| [&album[..], more].concat();
        tagged(
            folder.path(),
            "Two Rivers/05 Ebb.flac",
            &with(&[
                ("TITLE", "Ebb"),
                ("TRACKNUMBER", "5/9"),
                ("GENRE", "Dub; Ambient"),
                ("MUSICBRAINZ_ALBUMID", mbid),
                ("LYRICS", "so\r\nit goes"),
            ]),
        );
        tagged(
            folder.path(),
            "Two Rivers/CD 2/01 Flow.flac",
            &with(&[("TITLE", "Flow"), ("TRACKNUMBER", "1"), ("DISCNUMBER", "2"), ("GENRE", "dub")]),
        );
        std::fs::write(
            folder.path().join("Two Rivers/CD 2/01 Flow.lrc"),
            "[00:01.00]down\n[00:02.50]river\n",
        )
        .unwrap();
        assert_eq!(scanned(house, folder.path()).await.recordings, 2);
        assert_eq!(analysed(house).await.good, 2);
        let (ebb, flow) = (row(house, "Mira Feld", "Ebb").await, row(house, "Mira Feld", "Flow").await);
        let library = app::library::load(house, "").await.unwrap().library;
        let found = library.song_by_id(ebb.as_str()).unwrap();
        let album = library.album(found.album).unwrap();
        assert_eq!((album.mbid, album.songs, found.disc, found.track), (mbid, 2, 1, 5));
        let tracks: Vec<_> = library.album_tracks(album.no).map(|(_, disc, number)| (disc, number)).collect();
        assert_eq!(tracks, [(1, 5), (2, 1)]);
        let gain = found.audio.gain.map(|(gain, _)| gain);
        assert!(gain.is_some_and(|g| (-1_500..1_500).contains(&g)), "hundredths of a decibel: {gain:?}");
        let genres: Vec<_> = library.genres().map(|(_, name, songs, albums)| (name, songs, albums)).collect();
        assert_eq!(genres, [("Dub", 2, 1)], "however it is written");
        let words = |id: &RecordingId| {
            let id = id.clone();
            async move { app::library::lyrics(house, id.as_str()).await.unwrap() }
        };
        assert_eq!(words(&ebb).await, [("und".to_owned(), "so\nit goes".to_owned())]);
        let timed = words(&flow).await;
        assert!(library::read_lyrics(&timed[0].1).synced, "{timed:?}");
        // Words that change beside a sound that does not are read again; tags that say less take nothing away.
        std::fs::write(folder.path().join("Two Rivers/CD 2/01 Flow.lrc"), "[00:01.00]up\n").unwrap();
        assert_eq!(scanned(house, folder.path()).await.read, 2);
        assert_eq!(words(&flow).await[0].1, "[00:01.00]up");
        assert_eq!(scanned(house, folder.path()).await.read, 0);
    }
}

#[tokio::test]
async fn work_that_was_broken_off_goes_on() {
    for fresh in house::each(72).await {
        let house = &fresh.house;
        let folder = tempfile::tempdir().unwrap();
        for n in 0..5 {
            let name = format!("Ada Nwosu - Piece {n}.wav");
            std::fs::write(folder.path().join(name), tone::piece(n, 1)).unwrap();
        }
        assert_eq!(scanned(house, folder.path()).await.waiting, 5);
        let run = Run { threads: 1, most: Some(3), ..Run::default() };
        let part = analyse::run(house, run, Arc::new(|_| {})).await.unwrap();
        assert!(part.interrupted && part.kept + part.good == 3, "{part:?}");
        let rest = analysed(house).await;
        assert_eq!((part.kept + rest.kept, part.good + rest.good), (5, 5), "{part:?} {rest:?}");
        // A file that changed is read and decoded again, the others are left alone.
        std::fs::write(folder.path().join("Ada Nwosu - Piece 0.wav"), tone::piece(99, 1)).unwrap();
        let again = scanned(house, folder.path()).await;
        assert_eq!((again.waiting, again.recordings), (1, 5), "{again:?}");
        let done = analysed(house).await;
        assert_eq!((done.kept, done.good), (1, 1));
        let id = row(house, "Ada Nwosu", "Piece 0").await;
        let masters = house.store.begin_read().await.unwrap().masters_of(&id).await.unwrap();
        assert_eq!(masters.len(), 2, "the earlier master stays");
    }
}

async fn import(house: &House, rows: &str) {
    let text = format!("id\tartist\ttitle\tisrc\n{rows}\n");
    let bytes = Cursor::new(text.into_bytes());
    catalogue::import(house, "list.tsv", Box::new(bytes), None, "test", &|_| {}).await.unwrap();
}

async fn add(house: &House, recording: &str, file: &Path) -> Result<keep::Added, Failure> {
    keep::add(house, keep::Add { recording: recording.into(), file: file.into(), by: "test".into() }).await
}

#[tokio::test]
async fn a_file_must_be_what_its_recording_is() {
    for fresh in house::each(73).await {
        let house = &fresh.house;
        import(house, "one\tMira Feld\tLow Tide\tDEA121900003").await;
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("x.mp3");
        std::fs::write(&text, "Dear label").unwrap();
        assert_eq!(code(add(house, "one", &text).await), "file-kind-unknown");
        assert_eq!(code(add(house, "one", &fixture("cover.png")).await), "medium-mismatch");
        assert_eq!(code(add(house, "one", &fixture("film.mp4")).await), "medium-mismatch");
        assert_eq!(code(add(house, "two", &fixture("tone.mp3")).await), "recording-unknown");
        assert_eq!(code(add(house, "one", &folder.path().join("none")).await), "file");
        let added = add(house, "DEA121900003", &fixture("tone.m4a")).await.unwrap();
        assert!(added.due && added.format == Format::M4a);
        let pages = keep::cover(house, "one", &fixture("cover.png"), "test").await.unwrap();
        assert_eq!(pages, 2);
        assert_eq!(code(keep::cover(house, "one", &fixture("tone.mp3"), "test").await), "picture-unknown");
        assert_eq!(analysed(house).await.good, 1);
        // A folder scan finds the recording by its ISRC and brings a new master for it.
        std::fs::copy(fixture("tone.flac"), folder.path().join("tide.flac")).unwrap();
        let scan = scanned(house, folder.path()).await;
        assert_eq!((scan.known, scan.recordings, scan.flaw_count), (1, 0, 1), "{scan:?}");
        assert_eq!(analysed(house).await.good, 1);
        let id = catalogue::find(house, "one").await.unwrap();
        assert_eq!(audio::playable(house, &id).await.unwrap().unwrap().master.format, "flac");
    }
}

#[tokio::test]
async fn an_mp3_is_made_where_ffmpeg_is() {
    let Some(ffmpeg) = mp3::find() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "ffmpeg is not here");
        house::skipped("MP3: ffmpeg is not here");
        return;
    };
    let fresh = house::sqlite(74).await;
    let house = &fresh.house;
    import(house, "one\tMira Feld\tLow Tide\t").await;
    add(house, "one", &fixture("tone.flac")).await.unwrap();
    let id = catalogue::find(house, "one").await.unwrap();
    assert_eq!(mp3::of(house, &id, None, Some(&ffmpeg)).await.unwrap(), None, "nothing is decoded yet");
    analysed(house).await;
    assert_eq!(mp3::of(house, &id, Some(128), None).await.unwrap(), None);
    let made = mp3::of(house, &id, Some(150), Some(&ffmpeg)).await.unwrap().unwrap();
    assert_eq!((made.format, made.kbps), (Format::Mp3, Some(128)));
    // The second time it is there, without the program.
    assert_eq!(mp3::of(house, &id, Some(150), None).await.unwrap(), Some(made));
    let head = audio::open(house, &made.address).await.unwrap().read_at(0, 4_096).await.unwrap();
    assert_eq!(media::format::sniff(&head), Some(Format::Mp3));
}

#[tokio::test]
async fn who_made_it_is_declared_and_contested() {
    for fresh in house::each(75).await {
        let house = &fresh.house;
        import(house, "one\tMira Feld\tLow Tide\t").await;
        let id = catalogue::find(house, "one").await.unwrap();
        assert_eq!(made::standing(house, &id).await.unwrap(), made::Standing::default());
        assert_eq!(code(made::contest(house, "one", Made::Generated, "x", "why").await), "made-undeclared");
        made::declare(house, "one", Made::Human, "mira").await.unwrap();
        assert_eq!(code(made::declare(house, "one", Made::Generated, "x").await), "made-declared");
        assert_eq!(code(made::contest(house, "one", Made::Generated, "x", " ").await), "made-reason");
        assert_eq!(code(made::contest(house, "one", Made::Human, "x", "why").await), "made-same");
        let contested =
            made::contest(house, "one", Made::Generated, "x", "the stems are too clean").await.unwrap();
        assert!(contested.contested && contested.made == Some(Made::Human));
        assert_eq!(made::contests(house).await.unwrap().len(), 1);
        assert_eq!(code(made::contest(house, "one", Made::Assisted, "y", "why").await), "made-contested");
        assert_eq!(code(made::declare(house, "one", Made::Assisted, "mira").await), "made-contested");
        assert_eq!(code(made::decide(house, "one", true, "x", "").await), "made-own-contest");
        let decided = made::decide(house, "one", true, "paul", "heard it").await.unwrap();
        assert_eq!(
            (decided.made, decided.contested, decided.history.len()),
            (Some(Made::Generated), false, 3)
        );
        assert_eq!(code(made::decide(house, "one", true, "paul", "").await), "made-uncontested");
        assert!(made::contests(house).await.unwrap().is_empty());
    }
}

fn build(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn bring(file: &Path, artist: &str, title: &str) -> scan::Bring {
    scan::Bring {
        file: file.into(),
        by: "test".into(),
        artist: artist.into(),
        title: title.into(),
        kind: None,
        made: Some(Made::Assisted),
    }
}

#[tokio::test]
async fn games_films_and_comics_are_taken() {
    for fresh in house::each(76).await {
        let house = &fresh.house;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("game.zip"), build(&[("g/index.html", b"<p>"), ("g/a.js", b"1")])).unwrap();
        std::fs::write(at("bad.zip"), build(&[("index.html", b"<p>"), ("../../etc/x", b"1")])).unwrap();
        let cover = std::fs::read(fixture("cover.png")).unwrap();
        std::fs::write(at("comic.cbz"), build(&[("p1.png", &cover), ("p2.png", &cover)])).unwrap();
        let bad = scan::bring(house, bring(&at("bad.zip"), "Quay", "Bad")).await;
        assert_eq!(code(bad), "path-leads-out");
        let game = scan::bring(house, bring(&at("game.zip"), "Quay", "Drift")).await.unwrap();
        assert_eq!(reach::of(house, &game).await.unwrap().unwrap().way, "web");
        let part = reach::part(house, &game, "a.js").await.unwrap();
        assert_eq!((part.bytes, part.format.as_str()), (1, "text/javascript"));
        for path in ["../a.js", "/a.js", "b.js", "..", "a.js/../../x"] {
            assert_eq!(code(reach::part(house, &game, path).await), "part-unknown", "{path}");
        }
        assert_eq!(code(scan::bring(house, bring(&at("comic.cbz"), "", "")).await), "edition-unnamed");
        let comic = scan::bring(house, bring(&at("comic.cbz"), "Ada Nwosu", "Ebb")).await.unwrap();
        let (page, kind) = audio::edition::page(house, &comic, 2).await.unwrap();
        assert_eq!((page, kind), (cover, "image/png"));
        assert_eq!(code(audio::edition::page(house, &comic, 3).await), "page-unknown");
        assert_eq!(audio::edition::about(house, &comic).await.unwrap().unwrap().pages, Some(2));
        assert!(audio::picture(house, comic.as_str(), 96).await.unwrap().is_some());
        let film = scan::bring(house, bring(&fixture("film.mp4"), "Mira Feld", "Reel")).await.unwrap();
        let mut tx = house.store.begin_read().await.unwrap();
        let kinds: Vec<_> = [&game, &comic, &film].into_iter().cloned().collect();
        for (id, unit) in kinds.iter().zip(["session", "read", "view"]) {
            let kind = tx.recording(id).await.unwrap().unwrap().recording.kind;
            assert_eq!(audio::use_unit(kind), unit);
        }
        drop(tx);
        let keys = reach::Reach::Keys(vec!["K-1".into(), "K-2".into(), " K-1 ".into(), String::new()]);
        assert_eq!(reach::put(house, game.as_str(), keys, "test").await.unwrap(), 2);
        let first = reach::key_for(house, &game, "member-1").await.unwrap();
        assert_eq!(reach::key_for(house, &game, "member-1").await.unwrap(), first);
        assert_ne!(reach::key_for(house, &game, "member-2").await.unwrap(), first);
        assert_eq!(code(reach::key_for(house, &game, "member-3").await), "key-none");
        for bad in ["javascript:alert(1)", "http://x.example", "https://a@b.example/", "https://x"] {
            let link = reach::Reach::Link(bad.into());
            assert_eq!(code(reach::put(house, game.as_str(), link, "test").await), "link-wrong", "{bad}");
        }
        std::fs::create_dir(at("film")).unwrap();
        let list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n1.ts\n#EXTINF:2,\n2.ts\n#EXT-X-ENDLIST\n";
        std::fs::write(at("film/index.m3u8"), list).unwrap();
        std::fs::write(at("film/1.ts"), "one").unwrap();
        let stream = || reach::Reach::Stream(at("film/index.m3u8"));
        assert_eq!(code(reach::put(house, film.as_str(), stream(), "test").await), "file-unread");
        std::fs::write(at("film/2.ts"), "two").unwrap();
        assert_eq!(reach::put(house, film.as_str(), stream(), "test").await.unwrap(), 3);
        assert_eq!(reach::part(house, &film, "2.ts").await.unwrap().format, "video/mp2t");
    }
}

const MESSAGE: &str = r#"<?xml version="1.0"?>
<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/382">
 <MessageHeader><MessageId>1</MessageId><MessageSender><PartyId>PADPIDA2021010101Z</PartyId></MessageSender></MessageHeader>
 <ResourceList>
  <SoundRecording><SoundRecordingId><ISRC>DEA121900003</ISRC></SoundRecordingId><ResourceReference>A1</ResourceReference>
   <ReferenceTitle><TitleText>Low Tide</TitleText></ReferenceTitle><Duration>PT2S</Duration>
   <SoundRecordingDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode><DisplayArtist><PartyName><FullName>Mira Feld</FullName></PartyName></DisplayArtist>
    <TechnicalSoundRecordingDetails><TechnicalResourceDetailsReference>T1</TechnicalResourceDetailsReference>
     <File><FileName>a1.flac</FileName><FilePath>resources/</FilePath><HashSum><HashSum>HASH</HashSum><HashSumAlgorithmType>MD5</HashSumAlgorithmType></HashSum></File>
    </TechnicalSoundRecordingDetails></SoundRecordingDetailsByTerritory></SoundRecording>
  <SoundRecording><SoundRecordingId><ISRC>DEA121900004</ISRC></SoundRecordingId><ResourceReference>A2</ResourceReference>
   <ReferenceTitle><TitleText>Ebb</TitleText></ReferenceTitle>
   <SoundRecordingDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode><DisplayArtist><PartyName><FullName>Mira Feld</FullName></PartyName></DisplayArtist>
    <TechnicalSoundRecordingDetails><File><FileName>../../../etc/hostname</FileName></File></TechnicalSoundRecordingDetails></SoundRecordingDetailsByTerritory></SoundRecording>
  <Image><ImageType>FrontCoverImage</ImageType><ResourceReference>A3</ResourceReference>
   <ImageDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode><TechnicalImageDetails><File><FileName>cover.png</FileName><FilePath>resources/</FilePath></File></TechnicalImageDetails></ImageDetailsByTerritory></Image>
 </ResourceList>
 <ReleaseList><Release><ReleaseId><ICPN>4012345678901</ICPN></ReleaseId><ReleaseReference>R0</ReferenceTitleX>
 </Release></ReleaseList>
</ern:NewReleaseMessage>"#;

fn message(hash: &str) -> String {
    let release = r#"<ReleaseReference>R0</ReleaseReference><ReferenceTitle><TitleText>Harbour Lights</TitleText></ReferenceTitle>
  <ReleaseResourceReferenceList><ReleaseResourceReference>A1</ReleaseResourceReference><ReleaseResourceReference>A2</ReleaseResourceReference><ReleaseResourceReference>A3</ReleaseResourceReference></ReleaseResourceReferenceList>
  <ReleaseType>Album</ReleaseType><ReleaseDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode><LabelName>Quay</LabelName></ReleaseDetailsByTerritory>"#;
    let deals = r#"<DealList><ReleaseDeal><DealReleaseReference>R0</DealReleaseReference><Deal><DealTerms><CommercialModelType>SubscriptionModel</CommercialModelType><Usage><UseType>OnDemandStream</UseType></Usage><TerritoryCode>FR</TerritoryCode><ValidityPeriod><StartDate>2026-01-01</StartDate></ValidityPeriod></DealTerms></Deal></ReleaseDeal></DealList>"#;
    MESSAGE
        .replace("<ReleaseReference>R0</ReferenceTitleX>", release)
        .replace("</ern:NewReleaseMessage>", &format!("{deals}</ern:NewReleaseMessage>"))
        .replace("HASH", hash)
}

#[tokio::test]
async fn a_delivery_brings_its_files_windows_and_pictures() {
    let flac = std::fs::read(fixture("tone.flac")).unwrap();
    let right: String = {
        use md5::Digest as _;
        md5::Md5::digest(&flac).iter().map(|b| format!("{b:02X}")).collect()
    };
    for fresh in house::each(77).await {
        let house = &fresh.house;
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("resources")).unwrap();
        std::fs::write(folder.path().join("resources/a1.flac"), &flac).unwrap();
        std::fs::copy(fixture("cover.png"), folder.path().join("resources/cover.png")).unwrap();
        let file = folder.path().join("message.xml");
        let take = async |hash: &str| {
            std::fs::write(&file, message(hash)).unwrap();
            let input = std::io::BufReader::new(std::fs::File::open(&file).unwrap());
            let done = catalogue::import(house, "message.xml", Box::new(input), None, "test", &|_| {})
                .await
                .unwrap();
            assert_eq!((done.recordings, done.releases), (2, 1), "{:?}", done.problems);
            let ask = deliver::Deliver { message: file.clone(), by: "test".into() };
            deliver::deliver(house, ask, Arc::new(|_| {})).await.unwrap()
        };
        let wrong = take(&"0".repeat(32)).await;
        assert_eq!((wrong.files, wrong.pictures, wrong.flaw_count), (0, 1, 2), "{wrong:?}");
        assert_eq!(wrong.flaws[0].1.code, "file-hash-wrong");
        assert_eq!(wrong.flaws[1].1.code, "path-leads-out");
        let done = take(&right).await;
        assert_eq!((done.files, done.pictures, done.flaw_count), (1, 1, 1), "{done:?}");
        assert_eq!(analysed(house).await.good, 1);
        let id = catalogue::find(house, "DEA121900003").await.unwrap();
        assert!(audio::playable(house, &id).await.unwrap().unwrap().plays());
        assert!(audio::picture(house, id.as_str(), 0).await.unwrap().is_some());
        let mut tx = house.store.begin_read().await.unwrap();
        let mut offered = async |place: &str, day: &str| {
            let place = place.parse().unwrap();
            audio::offered(&mut tx, &id, Some(&place), day.parse().unwrap()).await.unwrap()
        };
        assert!(offered("FR-42", "2026-02-01").await);
        assert!(!offered("DE", "2026-02-01").await);
        assert!(!offered("FR", "2025-12-31").await);
    }
}
