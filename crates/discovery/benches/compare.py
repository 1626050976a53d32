#!/usr/bin/env python3
"""Measures other recommenders on the split that `tantieme discovery evaluate` measures, by the same measures.

    python3 -m venv /tmp/compare && /tmp/compare/bin/pip install numpy scipy implicit
    /tmp/compare/bin/python crates/discovery/benches/compare.py TRAIN TEST [--program target/release/tantieme]

A line of TRAIN and TEST is `person recording plays`. With --program, the program's own table comes first, in the same
run. The rivals are those of the package `implicit` (ALS, BM25 and cosine neighbours), with settings chosen on a fifth of
the training that is held back per person, never on TEST. Full ranking, training rows masked.
"""

import argparse
import json
import os
import subprocess
import time
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np
import scipy.sparse as sparse
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

DISCOUNT = 1 / np.log2(np.arange(2, 102))
IDEAL = np.concatenate([[0], np.cumsum(DISCOUNT)])


def read(path):
    rows = np.loadtxt(path)
    return rows[:, 0].astype(int), rows[:, 1].astype(int), np.maximum(rows[:, 2].astype(int), 1)


def matrix(rows, shape):
    people, recordings, plays = rows
    return sparse.csr_matrix((plays.astype(np.float32), (people, recordings)), shape=shape)


def measure(lists, train, test, known):
    """Recall@20, NDCG@100, coverage@20, long tail@20; as `discovery::measure` does."""
    wanted = np.diff(test.indptr)
    asked = wanted > 0
    hits = np.zeros(lists.shape, dtype=bool)
    for person in np.flatnonzero(asked):
        hits[person] = np.isin(lists[person], test.indices[test.indptr[person] : test.indptr[person + 1]])
    recall = (hits[asked, :20].sum(1) / wanted[asked]).mean()
    ndcg = ((hits[asked] * DISCOUNT).sum(1) / IDEAL[np.minimum(wanted[asked], 100)]).mean()
    people = np.asarray((train > 0).sum(0)).ravel()
    order = np.lexsort((np.arange(len(people)), -people))
    tail = np.ones(len(people), dtype=bool)
    tail[order[: known // 5]] = False
    first = lists[asked, :20]
    return recall, ndcg, len(np.unique(first)) / known, tail[first].mean()


def lists_of(model, weighted, train):
    people = np.arange(train.shape[0])
    ids, _ = model.recommend(people, weighted, N=100, filter_already_liked_items=True)
    return ids


def candidates():
    for factors in (64, 128):
        for regularization in (0.01, 5.0):
            for alpha in (1.0, 10.0):
                name = f"implicit ALS ({factors} factors, reg {regularization}, alpha {alpha})"
                make = lambda f=factors, r=regularization, a=alpha: AlternatingLeastSquares(
                    factors=f, regularization=r, alpha=a, iterations=20, random_state=1, num_threads=2
                )
                yield "ALS", name, make
    for neighbours in (100, 200, 500):
        for k1 in (1.2, 100.0):
            for b in (0.2, 0.75):
                name = f"implicit BM25 ({neighbours}, k1 {k1}, b {b})"
                yield "BM25", name, lambda n=neighbours, k=k1, bb=b: BM25Recommender(K=n, K1=k, B=bb, num_threads=2)
        yield "cosine", f"implicit cosine ({neighbours})", lambda n=neighbours: CosineRecommender(K=n, num_threads=2)


def fit(make, train):
    weighted = train.copy()
    weighted.data = np.log1p(weighted.data)
    model = make()
    start = time.time()
    model.fit(weighted, show_progress=False)
    return model, weighted, time.time() - start


def held_back(rows, seed=1):
    chance = np.random.default_rng(seed)
    back = np.zeros(len(rows[0]), dtype=bool)
    for person in np.unique(rows[0]):
        at = np.flatnonzero(rows[0] == person)
        if len(at) >= 5:
            back[chance.choice(at, len(at) // 5, replace=False)] = True
    return tuple(c[~back] for c in rows), tuple(c[back] for c in rows)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("train")
    ask.add_argument("test")
    ask.add_argument("--program")
    given = ask.parse_args()
    line = "{:<52} {:>9} {:>9} {:>9} {:>9} {:>10}".format
    print(line("", "Recall@20", "NDCG@100", "coverage", "long tail", "training s"))

    def show(name, figures, seconds):
        print(line(name, *(f"{f:.4f}" for f in figures), f"{seconds:.2f}"), flush=True)

    if given.program:
        out = subprocess.run(
            [given.program, "discovery", "evaluate", given.train, given.test, "--json"],
            check=True, capture_output=True, text=True,
        )
        for r in json.loads(out.stdout)["recommenders"]:
            figures = [r[k] for k in ("recall_20", "ndcg_100", "coverage_20", "long_tail_20")]
            show(r["recommender"], figures, r["train_seconds"])
    rows, test_rows = read(given.train), read(given.test)
    shape = tuple(max(rows[i].max(), test_rows[i].max()) + 1 for i in (0, 1))
    known = len(np.unique(np.concatenate([rows[1], test_rows[1]])))
    train, test = matrix(rows, shape), matrix(test_rows, shape)
    kept, back = held_back(rows)
    kept, back = matrix(kept, shape), matrix(back, shape)
    best = {}
    for kind, name, make in candidates():
        model, weighted, _ = fit(make, kept)
        recall, ndcg, *_ = measure(lists_of(model, weighted, kept), kept, back, known)
        if recall + ndcg > best.get(kind, (0,))[0]:
            best[kind] = (recall + ndcg, name, make)
    for _, name, make in best.values():
        model, weighted, seconds = fit(make, train)
        show(name, measure(lists_of(model, weighted, train), train, test, known), seconds)


if __name__ == "__main__":
    main()
