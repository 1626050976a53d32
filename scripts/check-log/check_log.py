"""Has `aics-tlog` (PyPI) check a log's folder, and refuse what was changed in it.

usage: check_log.py FOLDER

FOLDER has `vkey`, the tiles, `checkpoint`, and earlier checkpoints as `checkpoint.SIZE`. Ends with status 1 where the
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
    largest = max(old.size for _, old in earlier)
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


def rolled_back(folder):
    shutil.copy(folder / "checkpoint.1500", folder / "checkpoint")


def main():
    folder = Path(sys.argv[1])
    print(f"accepted: {check(folder)} entries")
    newest = opened(folder).size
    for what, change in [
        flip("tile/0/000"),
        flip("tile/0/003"),
        flip("tile/1/000.p/8"),
        flip("tile/entries/000"),
        flip("tile/entries/007"),
        replaced("checkpoint", f"\n{newest}\n", f"\n{newest + 1}\n"),
        replaced("checkpoint.700", "\n700\n", "\n701\n"),
        ("a rolled-back checkpoint", rolled_back),
    ]:
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


main()
