#!/usr/bin/env python3
"""Compares `tantieme share --rule user-centric` with the same exact split as SQL window functions in DuckDB.

Both read the same Parquet files and run one after the other, each in a process of its own; processor time is that
of the process, all threads added. The results must be equal to the micro, or the script fails.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install duckdb
    cargo build --release -p tantieme
    cargo run --release -p bulk --example plays -- --plays 20000000 --members 400000 --recordings 100000 --out /tmp/plays
    /tmp/venv/bin/python tools/share-against-sql.py --plays '/tmp/plays/*.parquet' --pot 4000000
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time

SQL = """
copy (
  with weights as (
    select member, recording, {weight}::bigint as weight from read_parquet('{plays}') group by member, recording
  ), seats as (
    select member, sum(weight)::bigint as total, row_number() over (order by member) as place, count(*) over () as n
    from weights group by member
  ), money as (
    select member, total, {micros}::bigint // n + (place <= {micros}::bigint % n)::bigint as micros from seats
  ), dues as (
    select member, recording, micros,
      (micros::hugeint * weight // total)::bigint as part,
      (micros::hugeint * weight % total)::bigint as fraction
    from weights join money using (member)
  ), ranked as (
    select recording, part, micros - sum(part) over (partition by member) as left_over,
      row_number() over (partition by member order by fraction desc, recording) as rank
    from dues
  )
  select recording, sum(part + (rank <= left_over)::bigint)::bigint as amount_micros
  from ranked group by recording order by recording
) to '{out}' (header, delimiter ',')
"""


def run(words):
    """Seconds of wall clock and processor, and the peak memory in MiB, of a command."""
    started = time.monotonic()
    child = subprocess.Popen(words)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{words[0]} failed")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def sql(arguments):
    """Runs the SQL; called in a process of its own."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {arguments.threads}")
    connection.execute("set preserve_insertion_order = false")
    if arguments.sql_memory:
        connection.execute(f"set memory_limit = '{arguments.sql_memory}'")
    connection.execute(f"set temp_directory = '{tempfile.gettempdir()}'")
    columns = [row[0] for row in connection.execute(f"describe select * from read_parquet('{arguments.plays}')").fetchall()]
    weight = "sum(plays)" if "plays" in columns else "count(*)"
    micros = arguments.pot * 1_000_000
    connection.execute(SQL.format(weight=weight, plays=arguments.plays, micros=micros, out=arguments.sql_out))


def rows(path):
    with open(path, newline="") as file:
        return {int(row["recording"]): int(row["amount_micros"]) for row in csv.DictReader(file)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", required=True, help="pattern of Parquet files with integer keys")
    parser.add_argument("--pot", type=int, default=20_000_000, help="whole euros")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--binary", default="target/release/tantieme")
    parser.add_argument("--memory", default="4GiB", help="of tantieme")
    parser.add_argument("--sql-memory", help="of DuckDB, as in 12GB")
    parser.add_argument("--sql-out", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.sql_out:
        return sql(arguments)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = os.path.join(folder, "ours.csv"), os.path.join(folder, "sql.csv")
        first = run([
            arguments.binary, "share", "--rule", "user-centric", "--pot", f"EUR {arguments.pot}", "--plays", arguments.plays,
            "--threads", str(arguments.threads), "--memory", arguments.memory, "--out", ours,
        ])
        second = run([sys.executable, *sys.argv, "--sql-out", theirs])
        mine, other = rows(ours), rows(theirs)
    for name, (wall, cpu, peak) in (("tantieme", first), ("duckdb", second)):
        print(f"{name:9} {wall:8.2f} s wall {cpu:8.2f} s processor {peak:8.0f} MiB")
    print(f"processor time: {second[1] / first[1]:.1f} times less; wall clock: {second[0] / first[0]:.1f} times less")
    different = sum(1 for key in mine.keys() | other.keys() if mine.get(key, 0) != other.get(key, 0))
    print(f"{len(mine)} recordings, EUR {sum(mine.values()) / 1e6:.6f}; {different} differ")
    return 1 if different or sum(mine.values()) != arguments.pot * 1_000_000 else 0


if __name__ == "__main__":
    sys.exit(main())
