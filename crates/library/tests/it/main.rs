//! Libraries against a plain model: a list that is gone through from end to end.

#![allow(clippy::unwrap_used)] // tests

use library::{
    AlbumOrder, Builder, Library, Neighbours, Page, ReleaseIn, SongIn, SongNo, Years, song_title, sort_key,
    words,
};
use proptest::prelude::*;

fn song<'a>(id: &'a str, title: &'a str, credit: &'a str, album: &'a str) -> SongIn<'a> {
    SongIn {
        id,
        title,
        credit,
        album,
        seconds: 200,
        year: 2024,
        genre: "House",
        label: "Kiln",
        ..SongIn::default()
    }
}

fn small() -> Library {
    let mut builder = Builder::default();
    builder.song(song("rec-1", "Night Drive", "Ada Nwosu feat. Mira Feld", ""));
    builder.song(song("rec-2", "Low Tide", "Mira Feld", ""));
    builder.song(SongIn {
        year: 2020,
        genre: "Dub",
        ..song("rec-3", "The Anchor", "Kollektiv Nord", "Harbour")
    });
    builder.song(song("rec-4", "Brine", "Kollektiv Nord", "harbour"));
    builder.song(song("rec-5", "Éclair", "Даша Вольт", ""));
    builder.release(ReleaseIn { id: "rel-1", title: "Roads", credit: "Ada Nwosu", label: "Kiln", mbid: "" });
    builder.track(2, "rec-1");
    builder.track(1, "rec-2");
    builder.track(3, "rec-none");
    builder.release(ReleaseIn {
        id: "rel-2",
        title: "Nothing here",
        credit: "Ona Veld",
        label: "",
        mbid: "",
    });
    builder.artist_mbid("mira feld", "2f0b6f3e-0000-4000-8000-000000000001");
    builder.finish()
}

const ALL: Page = Page { offset: 0, count: 1_000 };

fn titles(library: &Library, songs: &[SongNo]) -> Vec<String> {
    songs.iter().map(|n| library.song(*n).unwrap().title.to_owned()).collect()
}

#[test]
fn releases_and_loose_songs_become_albums() {
    let library = small();
    let names: Vec<(String, u32)> = library
        .albums(AlbumOrder::Name, ALL)
        .iter()
        .map(|n| library.album(*n).map(|a| (a.name.to_owned(), a.songs)).unwrap())
        .collect();
    assert_eq!(names, [("Harbour".into(), 2), ("Roads".into(), 2), ("Singles".into(), 1)]);
    let roads = library.album_by_id("rel-1").unwrap();
    let order: Vec<(&str, u32)> =
        library.album_songs(roads.no).map(|(s, n)| (library.song(s).unwrap().id, n)).collect();
    assert_eq!(order, [("rec-2", 1), ("rec-1", 2)]);
    assert!(roads.compilation && library.album_by_id("rel-2").is_none());
}

#[test]
fn guests_are_artists_too() {
    let library = small();
    let mira = library.artist_by_name("MIRA  Feld").unwrap();
    assert_eq!((mira.albums, mira.mbid.len()), (1, 36));
    let songs: Vec<SongNo> = library.artist_songs(mira.no).collect();
    assert_eq!(titles(&library, &songs), ["Low Tide", "Night Drive"]);
    let first = library.song_by_id("rec-1").unwrap();
    let names: Vec<&str> = library.song_artists(first.no).map(|a| library.artist(a).unwrap().name).collect();
    assert_eq!(names, ["Ada Nwosu", "Mira Feld"]);
}

#[test]
fn searches_find_what_begins_so_whatever_the_script() {
    let library = small();
    for (search, want) in [
        ("", &["The Anchor", "Brine", "Éclair", "Low Tide", "Night Drive"][..]),
        ("\"\"", &["The Anchor", "Brine", "Éclair", "Low Tide", "Night Drive"]),
        ("anchor", &["The Anchor"]),
        ("ni ad", &["Night Drive"]),
        ("dasha", &["Éclair"]),
        ("даша", &["Éclair"]),
        ("eclair*", &["Éclair"]),
        ("harbour br", &["Brine"]),
        ("low", &["Low Tide"]),
        ("nowhere", &[]),
        ("???", &[]),
    ] {
        assert_eq!(titles(&library, &library.search_songs(search, ALL)), want, "{search}");
    }
    let kn = library.search_artists("nord", ALL);
    assert_eq!(kn.len(), 1);
}

/// What its holder keeps out of searches is browsed and played, and found by no word; what holds nothing else neither.
#[test]
fn what_is_left_out_of_searches_is_still_there() {
    let mut builder = Builder::default();
    builder.song(SongIn { unfound: true, ..song("rec-1", "Night Drive", "Ada Nwosu", "Roads") });
    builder.song(song("rec-2", "Low Tide", "Ada Nwosu", "Harbour"));
    builder.song(SongIn { unfound: true, ..song("rec-3", "Ebb", "Ona Veld", "Harbour") });
    let library = builder.finish();
    for (search, songs, albums, artists) in [
        ("night", 0, 0, 0),
        ("roads", 0, 0, 0),
        ("low", 1, 0, 0),
        ("harbour", 1, 1, 0),
        ("ada", 1, 1, 1),
        ("ona", 0, 0, 0),
    ] {
        let found = (
            library.search_songs(search, ALL).len(),
            library.search_albums(search, ALL).len(),
            library.search_artists(search, ALL).len(),
        );
        assert_eq!(found, (songs, albums, artists), "{search}");
    }
    assert_eq!(library.search_songs("", ALL).len(), 3);
    assert!(library.song_by_id("rec-1").is_some() && library.albums(AlbumOrder::Name, ALL).len() >= 2);
}

#[test]
fn years_go_both_ways_and_genres_are_found() {
    let library = small();
    let years = |from, to| -> Vec<u16> {
        let list = library.albums(AlbumOrder::Year(Years { from, to }), ALL);
        list.iter().map(|n| library.album(*n).unwrap().year).collect()
    };
    assert_eq!(years(2000, 2023), [2020]);
    assert_eq!(years(2030, 2000), [2024, 2024, 2020]);
    let dub = library.genre_by_name("dub").unwrap();
    assert_eq!(library.genre_songs(dub).len(), 1);
    assert_eq!(library.random_songs(10, Some(dub), None, 3).len(), 1);
    let mut all = library.random_songs(10, None, None, 3);
    all.sort();
    assert_eq!(all, library.songs().collect::<Vec<_>>());
}

#[test]
fn a_way_leads_over_neighbours_only() {
    let library = small();
    let lists = (0..5_u32).map(|n| if n < 4 { vec![(SongNo(n + 1), 0.9)] } else { Vec::new() });
    let library = library.with_neighbours(Neighbours::new(lists));
    let way: Vec<u32> = library.path(SongNo(0), SongNo(3), 25).iter().map(|n| n.song.0).collect();
    assert_eq!(way, [0, 1, 2, 3]);
    assert!(library.path(SongNo(3), SongNo(0), 25).is_empty());
    assert_eq!(library.like_song(SongNo(0), 5, 1)[0].likeness, Some(0.9));
}

#[test]
fn an_empty_library_answers_everything() {
    let library = Library::empty();
    assert_eq!(library.counts(), (0, 0, 0));
    assert!(library.search_songs("a", ALL).is_empty() && library.random_songs(5, None, None, 1).is_empty());
    assert!(library.albums(AlbumOrder::Random(1), ALL).is_empty());
}

#[test]
fn a_version_is_said_once() {
    assert_eq!(song_title("Low Tide", "KN Remix"), "Low Tide (KN Remix)");
    assert_eq!(song_title("Low Tide (kn remix)", "KN Remix"), "Low Tide (kn remix)");
}

fn plain(all: &[(String, String)], search: &str) -> Vec<usize> {
    let mut wanted = Vec::new();
    words(search, &mut |w| wanted.push(w.to_owned()));
    let holds = |n: &usize| {
        let mut held = Vec::new();
        words(&all[*n].0, &mut |w| held.push(w.to_owned()));
        words(&all[*n].1, &mut |w| held.push(w.to_owned()));
        wanted.iter().all(|w| held.iter().any(|h| h.starts_with(w.as_str())))
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|n| (sort_key(&all[*n].0), format!("rec-{n:04}")));
    let found: Vec<usize> = order.into_iter().filter(holds).collect();
    let whole = sort_key(search);
    let (head, tail): (Vec<usize>, Vec<usize>) =
        found.into_iter().partition(|n| sort_key(&all[*n].0).starts_with(&whole));
    head.into_iter().chain(tail).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn searching_is_as_going_through_all(
        all in proptest::collection::vec(("[aA-cé' ]{1,9}", "[ab ]{1,5}"), 1..40),
        search in "[a-c]{1,2}( [ab]{1,2})?",
        offset in 0_usize..10,
    ) {
        let mut builder = Builder::default();
        for (n, (title, credit)) in all.iter().enumerate() {
            builder.song(song(&format!("rec-{n:04}"), title, credit, ""));
        }
        let library = builder.finish();
        let page = Page { offset, count: 7 };
        let found: Vec<String> =
            library.search_songs(&search, page).iter().map(|n| library.song(*n).unwrap().id.to_owned()).collect();
        let want: Vec<String> = plain(&all, &search).iter().skip(offset).take(7).map(|n| format!("rec-{n:04}")).collect();
        prop_assert_eq!(found, want);
    }

    #[test]
    fn any_texts_make_a_library(all in proptest::collection::vec((".{0,20}", ".{0,20}", ".{0,10}"), 0..20), search in ".{0,10}") {
        let mut builder = Builder::default();
        for (n, (title, credit, album)) in all.iter().enumerate() {
            builder.song(song(&format!("rec-{n:04}"), title, credit, album));
        }
        let library = builder.finish();
        prop_assert_eq!(library.counts().0, all.len());
        let on_albums: usize = library.albums(AlbumOrder::Name, ALL).iter().map(|a| library.album_songs(*a).len()).sum();
        prop_assert_eq!(on_albums, all.len());
        for no in library.songs() {
            let song = library.song(no).unwrap();
            prop_assert_eq!(library.song_by_id(song.id).unwrap().no, no);
            prop_assert!(library.album(song.album).is_some());
        }
        library.search_songs(&search, ALL);
        library.search_artists(&search, ALL);
    }
}
