"""Has `aics-tlog` (PyPI) check a log's folder, and refuse what was changed in it.

usage: check_log.py FOLDER

FOLDER has `vkey`, the tiles, `checkpoint`, and, where some were kept, earlier checkpoints as `checkpoint.SIZE`. Ends with status 1 where the
log is not accepted, or a changed one is.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from aics_tlog import (
    FileSystemTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    read_entry,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)


def opened(folder, name="checkpoint"):
    note = parse_note((folder / name).read_bytes().decode())
    key = parse_vkey((folder / "vkey").read_text().strip())
    answer = verify_checkpoint(note, key)
    if not answer.ok:
        raise ValueError(f"{name}: {answer.error}")
    return parse_checkpoint(note.text)


def check(folder):
    newest = opened(folder)
    earlier = [(name, opened(folder, name.name)) for name in sorted(folder.glob("checkpoint.*"))]
    largest = max((old.size for _, old in earlier), default=0)
    if largest > newest.size:
        raise ValueError(f"rolled back from {largest} to {newest.size}")
    reader = FileSystemTileReader(folder)
    audit_tiles(reader, newest.size, newest.root)
    for name, old in earlier:
        proof = consistency_proof_from_tiles(reader, old.size, newest.size)
        if not verify_consistency(old.size, newest.size, old.root, newest.root, proof):
            raise ValueError(f"{name.name}: not consistent with {newest.size}")
    for index in {0, 1, 255, 256, newest.size // 2, newest.size - 1} & set(range(newest.size)):
        proof = inclusion_proof_from_tiles(reader, index, newest.size)
        entry = read_entry(reader, index, newest.size)
        if not verify_leaf_inclusion(entry, index, newest.size, proof, newest.root):
            raise ValueError(f"entry {index} is not included")
    return newest.size


def flip(path):
    def change(folder):
        data = bytearray((folder / path).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / path).write_bytes(bytes(data))

    return f"a changed {path}", change


def replaced(path, old, new):
    def change(folder):
        text = (folder / path).read_text()
        (folder / path).write_text(text.replace(old, new, 1))

    return f"a changed {path}", change


def path_of(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == 256 else f".p/{width}")


def in_use(size):
    """Some tiles and bundles of a tree of this size: the first, one in the middle, the last."""
    for level in ("entries", *range(8)):
        full, rest = divmod(size >> (0 if level == "entries" else 8 * level), 256)
        yield from (path_of(level, index, 256) for index in sorted({0, full // 2, full - 1} & set(range(full))))
        if rest:
            yield path_of(level, full, rest)


def rolled_back(name):
    return f"a checkpoint rolled back to {name}", lambda folder: shutil.copy(folder / name, folder / "checkpoint")


def main():
    folder = Path(sys.argv[1])
    print(f"accepted: {check(folder)} entries")
    newest = opened(folder).size
    changes = [flip(path) for path in in_use(newest)]
    changes.append(replaced("checkpoint", f"\n{newest}\n", f"\n{newest + 1}\n"))
    earlier = sorted((opened(folder, path.name).size, path.name) for path in folder.glob("checkpoint.*"))
    for size, name in earlier[:1]:
        changes.append(replaced(name, f"\n{size}\n", f"\n{size + 1}\n"))
        if size < newest and earlier[-1][0] > size:
            changes.append(rolled_back(name))
    for what, change in changes:
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "log"
            shutil.copytree(folder, copy)
            change(copy)
            try:
                check(copy)
            except Exception as why:  # whatever the checker raises is its refusal
                print(f"refused: {what}: {why}")
            else:
                sys.exit(f"{what} was accepted")


if __name__ == "__main__":
    main()
