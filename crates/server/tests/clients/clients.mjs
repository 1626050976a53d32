// Plays through a server with `subsonic-api`: node clients.mjs URL USER PASSWORD API_KEY
import assert from "node:assert";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

// The library lies where the test was told to look, not beside this file.
const found = createRequire(path.join(process.cwd(), "x.js")).resolve("subsonic-api");
const { SubsonicAPI } = await import(pathToFileURL(found));
const [url, username, password, apiKey] = process.argv.slice(2);

for (const [auth, post] of [[{ username, password }, false], [{ username, password }, true], [{ apiKey }, false]]) {
  const api = new SubsonicAPI({ url, auth, post });
  assert.equal((await api.ping()).status, "ok");
  const { artists } = await api.getArtists();
  const { artist } = await api.getArtist({ id: artists.index[0].artist[0].id });
  const { album } = await api.getAlbum({ id: artist.album[0].id });
  const song = album.song[0];
  const { searchResult3 } = await api.search3({ query: "", songCount: 500 });
  assert.ok(searchResult3.song.length >= 5);
  const sound = await api.stream({ id: song.id });
  assert.ok((await sound.arrayBuffer()).byteLength > 1000);
  assert.equal((await api.scrobble({ id: song.id })).status, "ok");
  assert.equal((await api.star({ id: song.id })).status, "ok");
  assert.equal((await api.getStarred2()).starred2.song[0].id, song.id);
  assert.equal((await api.unstar({ id: song.id })).status, "ok");
  const { playlist } = await api.createPlaylist({ name: "js", songId: [song.id, song.id] });
  assert.equal(playlist.songCount, 2);
  assert.equal((await api.getPlaylist({ id: playlist.id })).playlist.entry.length, 2);
  assert.equal((await api.deletePlaylist({ id: playlist.id })).status, "ok");
}
console.log("subsonic-api: fine");
