"""Plays through a server with the client libraries that people use: browse, play, scrobble, star, playlist.

python3 clients.py HOST PORT USER PASSWORD API_KEY
"""

import asyncio
import sys

import libopensonic
import libsonic

HOST, PORT, USER, PASSWORD, KEY = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]


async def opensonic(use_get: bool, **who) -> None:
    client = libopensonic.AsyncConnection(f"http://{HOST}", port=PORT, use_get=use_get, **who)
    try:
        assert await client.ping()
        names = {e.name for e in await client.get_open_subsonic_extensions()}
        assert {"formPost", "songLyrics", "indexBasedQueue"} <= names, names
        artists = [a for index in (await client.get_artists()).index for a in index.artist]
        assert artists
        artist = await client.get_artist(next(a.id for a in artists if a.album_count))
        album = await client.get_album(artist.album[0].id)
        song = album.song[0]
        assert (await client.get_song(song.id)).title == song.title
        assert await client.get_album_list2("newest", size=5)
        assert await client.get_random_songs(size=3)
        assert await client.get_genres()
        found = await client.search3("", song_count=500)
        assert len(found.song) >= 5, found
        sound = await client.stream(song.id)
        assert len(await sound.read()) > 1000
        whole = await client.download(song.id)
        assert len(await whole.read()) > 1000
        assert await client.scrobble(song.id)
        assert await client.scrobble(song.id, submission=False)
        assert await client.report_playback(song.id, "song", 1000, "playing")
        assert song.id in [e.id for e in await client.get_now_playing()]
        assert await client.star(sids=[song.id], album_ids=[album.id])
        starred = await client.get_starred2()
        assert song.id in [s.id for s in starred.song]
        assert await client.unstar(sids=[song.id], album_ids=[album.id])
        assert await client.set_rating(song.id, 5)
        assert (await client.get_song(song.id)).user_rating == 5
        assert await client.create_playlist(name="harbour", song_ids=[song.id, song.id])
        playlist = next(p for p in await client.get_playlists() if p.name == "harbour")
        assert await client.update_playlist(playlist.id, name="sea", song_indices_to_remove=[0])
        assert [s.id for s in (await client.get_playlist(playlist.id)).entry] == [song.id]
        assert await client.delete_playlist(playlist.id)
        assert await client.create_bookmark(song.id, 1200, "here")
        assert (await client.get_bookmarks())[0].position == 1200
        assert await client.delete_bookmark(song.id)
        assert await client.save_play_queue([song.id], song.id, 10)
        assert (await client.get_play_queue()).current == song.id
        assert isinstance(await client.get_similar_songs2(song.id), list)
        assert await client.get_top_songs(artist.name) is not None
        await client.get_artist_info2(artist.id)
        await client.get_album_info2(album.id)
        await client.get_lyrics_by_song_id(song.id)
        assert (await client.get_user(USER)).username == USER
    finally:
        await client.cleanup()


def sonic() -> None:
    # Asking by GET, version 1.2.0 looks for a module that Python 3 does not have; it asks by forms unless told otherwise.
    client = libsonic.Connection(f"http://{HOST}", USER, PASSWORD, port=PORT)
    assert client.ping()
    assert client.getLicense()["license"]["valid"]
    index = client.getArtists()["artists"]["index"]
    artist = client.getArtist(index[0]["artist"][0]["id"])["artist"]
    album = client.getAlbum(artist["album"][0]["id"])["album"]
    song = album["song"][0]
    directory = client.getMusicDirectory(album["id"])["directory"]
    assert directory["child"][0]["id"] == song["id"]
    assert client.getIndexes()["indexes"]["index"]
    assert len(client.search3("", songCount=500)["searchResult3"]["song"]) >= 5
    assert len(client.stream(song["id"]).read()) > 1000
    assert client.scrobble(song["id"])["status"] == "ok"
    assert client.star(sids=[song["id"]])["status"] == "ok"
    assert song["id"] in [s["id"] for s in client.getStarred()["starred"]["song"]]
    assert client.unstar(sids=[song["id"]])["status"] == "ok"
    client.createPlaylist(name="py", songIds=[song["id"]])
    playlist = next(p for p in client.getPlaylists()["playlists"]["playlist"] if p["name"] == "py")
    client.updatePlaylist(playlist["id"], comment="x", songIdsToAdd=[song["id"]])
    assert client.getPlaylist(playlist["id"])["playlist"]["songCount"] == 2
    client.deletePlaylist(playlist["id"])
    client.createBookmark(song["id"], 5)
    assert client.getBookmarks()["bookmarks"]["bookmark"][0]["position"] == 5
    client.deleteBookmark(song["id"])
    try:
        client.getAlbum("rel-none")
        raise SystemExit("an album that is not there was found")
    except libsonic.errors.DataNotFoundError:
        pass


async def main() -> None:
    await opensonic(False, username=USER, password=PASSWORD)
    await opensonic(True, username=USER, password=PASSWORD)
    await opensonic(True, api_key=KEY)


asyncio.run(main())
sonic()
print("py-opensonic and py-sonic: fine")
