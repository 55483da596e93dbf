#!/usr/bin/env bash
# Records in libpq.tsv what libpq reads from the strings of strings.txt: Debian's, and the one of the newest PostgreSQL, whose
# path is the argument. Needs a C compiler; the test that reads libpq.tsv needs neither.
#   Fixtures/conninfo/record.sh /path/to/libpq.so.5.18
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
newest=${1:?the path of the newest libpq.so}
program=$(mktemp)
trap 'rm -f "$program"' EXIT
cc -std=c17 -Wall -Wextra -o "$program" record.c -ldl
LC_ALL=C "$program" "$(pg_config --libdir)/libpq.so.5" "$newest" <strings.txt >libpq.tsv
