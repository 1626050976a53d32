#!/bin/sh
# Writes a log and has programs that others wrote check it: Go's x/mod/sumdb packages and the PyPI package aics-tlog.
# Both must accept it, and refuse tampered tiles and entries, forged sizes and a log that was rolled back.
#
# Needs: cargo; Go with golang.org/x/mod in the folder GO_SOURCES (Debian: golang-go and golang-golang-x-mod-dev, whose
# folder is /usr/share/gocode); a Python from 3.12 on with `pip install aics-tlog`, named by PYTHON.
# A checker that is not there is skipped, aloud; with CI=true that is an error.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
TANTIEME_TEST_LOG="$folder/log" cargo test -q -p ports --test it -- --ignored --exact log::write_a_log_for_other_programs

skip() {
    echo "SKIPPED: $1" >&2
    [ "${CI:-}" != true ]
}

python=${PYTHON:-python3}
if "$python" -c 'import aics_tlog' 2>/dev/null; then
    echo "aics-tlog:"
    "$python" scripts/check-log/check_log.py "$folder/log"
else
    skip "no aics-tlog; pip install aics-tlog"
fi

sources=${GO_SOURCES:-/usr/share/gocode}
if command -v go >/dev/null && [ -d "$sources/src/golang.org/x/mod/sumdb" ]; then
    echo "x/mod/sumdb:"
    GO111MODULE=off GOPATH="$sources" GOCACHE="$folder/cache" go build -o "$folder/check" scripts/check-log/check_log.go
    "$folder/check" "$folder/log"
else
    skip "no Go, or no golang.org/x/mod in $sources/src"
fi
