#!/usr/bin/env python3
"""Speed and quality of this matcher beside RapidFuzz, TF-IDF and beets' distance, in one run.

usage: compare.py CATALOGUE.tsv LINES.tsv TRUTH.tsv [--sample 1000] [--candidates 20]

Needs from PyPI: scikit-learn, rapidfuzz, beets (`pip install scikit-learn rapidfuzz beets`); what is missing is skipped, and
said so. The matcher itself is run by `cargo bench -p matching`, from the root of the repository. The others are given the
line without time, number, label and ending, which they are not made for.

TF-IDF (three-letter pieces within words, cosine) finds the candidates for all three, since finding is the easy part and comparing
each line with every row takes RapidFuzz a second; its own score is the cosine. Each score then orders the candidates. A
threshold is set for each matcher on these very lines, as low as keeps the precision, which flatters them; this
matcher is also shown at the threshold that it ships with. Lines that its model was trained on flatter it too: what to expect of
lines not seen is told by `crates/matching/model/REPORT.md`. Rates are by the clock, with one thread, finding included.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PRECISION = 0.995


HEAD = re.compile(r"^(\[[^\]]*\]|\(?\d{1,3}[.)]|[A-D]\d|\d\d(?=[ _]))[ _]+")
TAIL = re.compile(r"( \[[^\]]*\]| \(\d+ \d+[AB]\)|_\d+[AB]_\d+)?(\.\w{3,4})?$")


def bare(text):
    """The line without what others are not made for: time, number, label, file name."""
    return TAIL.sub("", HEAD.sub("", text)).replace("_", " ")


def table(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def recall_at(answers, truth, precision):
    """The best recall at a threshold that keeps the precision; answers are line -> (recording, score)."""
    present = sum(1 for t in truth.values() if t["recording"])
    ordered = sorted(((score, line, row) for line, (row, score) in answers.items() if row), reverse=True)
    best = right = 0
    for taken, (score, line, row) in enumerate(ordered, 1):
        right += truth[line]["recording"] == row
        last_of_score = taken == len(ordered) or ordered[taken][0] < score
        if last_of_score and right / taken >= precision:
            best = max(best, right)
    return best / max(present, 1)


def siblings(answers, truth, precision):
    """Share of absent versions for which a sibling is accepted, at the same threshold."""
    ordered = sorted(((score, line, row) for line, (row, score) in answers.items() if row), reverse=True)
    right, keep = 0, 0
    for taken, (score, line, row) in enumerate(ordered, 1):
        right += truth[line]["recording"] == row
        if right / taken >= precision:
            keep = taken
    absent = sum(1 for t in truth.values() if t["kind"] == "absent-version")
    wrong = sum(1 for _, line, _ in ordered[:keep] if truth[line]["kind"] == "absent-version")
    return wrong / max(absent, 1)


def show(name, answers, truth, rate):
    recall, sibling = recall_at(answers, truth, PRECISION), siblings(answers, truth, PRECISION)
    print(f"| {name} | {recall:.3f} | {sibling:.4f} | {rate:,.0f} |")


def ours(options, lines, truth):
    root = pathlib.Path(__file__).resolve().parents[3]
    with tempfile.TemporaryDirectory() as folder:
        answers, text = f"{folder}/answers.tsv", f"{folder}/lines.tsv"
        with open(text, "w", encoding="utf-8") as file:
            file.write("line\ttext\n" + "".join(f"{i}\t{t}\n" for i, t in lines.items()))
        command = ["cargo", "bench", "-q", "-p", "matching", "--", "--catalogue", options.catalogue]
        command += ["--lines", text, "--answers", answers]
        told = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
        rows = {r["line"]: r for r in table(answers)}
    print("".join(f"    {line}\n" for line in told.splitlines()), file=sys.stderr)
    one = next(line for line in told.splitlines() if line.startswith("1 threads"))
    rate = float(one.split(": ")[1].split(" ")[0])
    show("this matcher", {i: (r["recording"], float(r["probability"])) for i, r in rows.items()}, truth, rate)
    taken = {i: r for i, r in rows.items() if r["verdict"] == "matched"}
    right = sum(truth[i]["recording"] == r["recording"] for i, r in taken.items())
    present = sum(1 for t in truth.values() if t["recording"])
    print(f"| – as it ships: precision {right / max(len(taken), 1):.4f} | {right / max(present, 1):.3f} | | |")


def others(options, lines, truth):
    try:
        import numpy
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        print("SKIPPED: TF-IDF, RapidFuzz and beets, because scikit-learn is not installed", file=sys.stderr)
        return
    catalogue = table(options.catalogue)
    names = [f"{r['artist']} - {r['title']}" for r in catalogue]
    ids = [r["id"] for r in catalogue]
    finder = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), lowercase=True, dtype=numpy.float32)
    rows = finder.fit_transform(names).T.tocsr()
    lines = {i: bare(text) for i, text in lines.items()}
    found, started = {}, time.perf_counter()
    for i, text in lines.items():
        scores = (finder.transform([text]) @ rows).tocoo()
        order = numpy.argsort(-scores.data, kind="stable")[: options.candidates]
        found[i] = [(int(scores.col[k]), float(scores.data[k])) for k in order]
    finding = time.perf_counter() - started
    tfidf = {i: (ids[c[0][0]], c[0][1]) if c else ("", 0.0) for i, c in found.items()}
    show("TF-IDF", tfidf, truth, len(lines) / finding)

    def rerank(name, score):
        answers, started = {}, time.perf_counter()
        for i, candidates in found.items():
            best = max(((score(lines[i], names[c]), -c) for c, _ in candidates), default=(0.0, 0))
            answers[i] = (ids[-best[1]], best[0]) if candidates else ("", 0.0)
        show(name, answers, truth, len(lines) / (finding + time.perf_counter() - started))

    try:
        from rapidfuzz import fuzz, utils

        plain = utils.default_process
        rerank("RapidFuzz, token sort ratio", lambda a, b: fuzz.token_sort_ratio(a, b, processor=plain))
        rerank("RapidFuzz, WRatio", lambda a, b: fuzz.WRatio(a, b, processor=plain))
    except ImportError:
        print("SKIPPED: RapidFuzz, because it is not installed", file=sys.stderr)
    try:
        try:
            from beets.autotag.distance import string_dist
        except ImportError:
            from beets.autotag.hooks import string_dist
        rerank("beets' distance", lambda a, b: 1.0 - string_dist(a, b))
    except ImportError:
        print("SKIPPED: beets, because it is not installed", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue"), parser.add_argument("lines"), parser.add_argument("truth")
    parser.add_argument("--sample", type=int, default=1000, help="every so-manieth line, so that about as many are left; 0 for all")
    parser.add_argument("--candidates", type=int, default=20)
    options = parser.parse_args()
    options.catalogue = str(pathlib.Path(options.catalogue).resolve())
    everything = table(options.lines)
    step = max(1, len(everything) // options.sample) if options.sample else 1
    lines = {r["line"]: r["text"] for r in everything[::step]}
    truth = {t["line"]: t for t in table(options.truth) if t["line"] in lines}
    print(f"{len(lines)} lines; recall and siblings accepted at precision {PRECISION}\n")
    print("| matcher | recall | a sibling for an absent version | lines a second |\n|---|---|---|---|")
    ours(options, lines, truth)
    others(options, lines, truth)


if __name__ == "__main__":
    main()
