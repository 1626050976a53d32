// Has Go's x/mod/sumdb packages check a log's folder, and refuse what was changed in it.
//
// usage: check_log FOLDER
//
// FOLDER has `vkey`, the tiles, `checkpoint`, and, where some were kept, earlier checkpoints as `checkpoint.SIZE`. Ends
// with status 1 where the log is not accepted, or a changed one is.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// folder reads tiles as C2SP tlog-tiles names them: without the height, which is always 8. Its change, if any, is applied
// to the file of that path.
type folder struct {
	path    string
	changed string
}

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := f.read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) read(path string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(f.path, path))
	if err == nil && path == f.changed {
		data[len(data)/2] ^= 1
	}
	return data, err
}

// checkpoint opens a signed checkpoint with the log's key.
func (f folder) checkpoint(name string) (tlog.Tree, error) {
	var tree tlog.Tree
	key, err := os.ReadFile(filepath.Join(f.path, "vkey"))
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return tree, err
	}
	data, err := f.read(name)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	copy(tree.Hash[:], root)
	return tree, err
}

// entries reads one bundle.
func (f folder) entries(bundle, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: bundle, W: 256}
	if rest := size - bundle*256; rest < 256 {
		tile.W = int(rest)
	}
	data, err := f.read("tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/"))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("torn bundle")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries, data = append(entries, data[2:end]), data[end:]
	}
	return entries, nil
}

// check verifies every entry of the newest checkpoint, and that every earlier one is its beginning.
func (f folder) check(newest string) (int64, error) {
	tree, err := f.checkpoint(newest)
	if err != nil {
		return 0, err
	}
	paths, err := filepath.Glob(filepath.Join(f.path, "checkpoint.*"))
	if err != nil {
		return 0, err
	}
	var earlier []tlog.Tree
	for _, path := range paths {
		old, err := f.checkpoint(filepath.Base(path))
		if err != nil {
			return 0, err
		}
		if old.N > tree.N {
			return 0, fmt.Errorf("rolled back from %d to %d", old.N, tree.N)
		}
		earlier = append(earlier, old)
	}
	hashes := tlog.TileHashReader(tree, f)
	for bundle := int64(0); bundle*256 < tree.N; bundle++ {
		entries, err := f.entries(bundle, tree.N)
		if err != nil {
			return 0, err
		}
		for place, entry := range entries {
			index := bundle*256 + int64(place)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return 0, fmt.Errorf("entry %d: %w", index, err)
			}
		}
	}
	for _, old := range earlier {
		if old.N == 0 {
			// Every tree begins with the empty one, which has one root.
			if old.Hash != tlog.Hash(sha256.Sum256(nil)) {
				return 0, errors.New("the empty log has another root")
			}
			continue
		}
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return 0, err
		}
	}
	return tree.N, nil
}

func main() {
	path := os.Args[1]
	size, err := folder{path: path}.check("checkpoint")
	if err != nil {
		fmt.Fprintln(os.Stderr, "not accepted:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", size, "entries")
	refuse := func(what string, err error) {
		if err == nil {
			fmt.Fprintln(os.Stderr, what, "was accepted")
			os.Exit(1)
		}
		fmt.Printf("refused: %s: %v\n", what, err)
	}
	changes := append(inUse(size), "checkpoint")
	oldest, largest := "", int64(0)
	names, _ := filepath.Glob(filepath.Join(path, "checkpoint.*"))
	for at, name := range names {
		tree, err := folder{path: path}.checkpoint(filepath.Base(name))
		if err != nil {
			fmt.Fprintln(os.Stderr, "not accepted:", err)
			os.Exit(1)
		}
		if at == 0 {
			oldest = filepath.Base(name)
			changes = append(changes, oldest)
		}
		if tree.N > largest {
			largest = tree.N
		}
	}
	for _, changed := range changes {
		_, err := folder{path: path, changed: changed}.check("checkpoint")
		refuse("a changed "+changed, err)
	}
	if oldest != "" {
		if tree, err := (folder{path: path}).checkpoint(oldest); err == nil && tree.N < largest {
			_, err = folder{path: path}.check(oldest)
			refuse("a checkpoint rolled back to "+oldest, err)
		}
	}
}

// inUse names some tiles and bundles of a tree of this size: the first, one in the middle, the last.
func inUse(size int64) []string {
	var all []string
	for level := -1; level < 8; level++ {
		name, shift := "tile/entries/", 0
		if level >= 0 {
			name, shift = fmt.Sprintf("tile/%d/", level), 8*level
		}
		full, rest := size>>shift/256, size>>shift%256
		for _, index := range []int64{0, full / 2, full - 1} {
			if index < 0 || index >= full {
				continue
			}
			tile := tlog.Tile{H: 8, L: 0, N: index, W: 256}
			if path := name + strings.TrimPrefix(tile.Path(), "tile/8/0/"); len(all) == 0 || all[len(all)-1] != path {
				all = append(all, path)
			}
		}
		if rest > 0 {
			tile := tlog.Tile{H: 8, L: 0, N: full, W: int(rest)}
			all = append(all, name+strings.TrimPrefix(tile.Path(), "tile/8/0/"))
		}
	}
	return all
}
