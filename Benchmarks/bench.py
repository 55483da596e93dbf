#!/usr/bin/env python3
"""Measures PGWire against other drivers: `bench.py [all|quick|rounds|report …]`, see README.md."""

import argparse
import json
import os
import pathlib
import sys

from driver import machine, programs, report, rounds
from driver.places import RESULTS, fail, say
from driver.server import Server


def measure_rounds(options, sizes=None):
    built, left_out = programs.build_all(options.programs)
    with Server(options.major) as server:
        rounds.run_rounds(built, server, options.workloads, options.rounds, options.out / "rounds.csv", sizes, options.lock)
        about = machine.description(server.version)
    about |= {"command": options.command, "rounds": options.rounds, "left out": list(left_out.values())}
    (options.out / "about.json").write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n")


def run_rounds(options):
    measure_rounds(options)
    run_report(options)


def run_quick(options):
    options.rounds, options.out, options.command = 3, RESULTS / "quick", "make bench-quick"
    os.makedirs(options.out, exist_ok=True)
    measure_rounds(options, rounds.QUICK_SIZES)
    run_report(options)


def run_all(options):
    options.command = "make bench"
    run_rounds(options)
    report.update_readme(report.Measured.load(options.out))


def run_report(options):
    measured = report.write(options.out)
    say(f"written: {options.out}/report.md, comparison.svg")
    print(report.tables.comparison(measured.rounds))
    print(report.tables.goals(measured))
    if measured.rounds.failures:
        fail(f"{len(measured.rounds.failures)} runs failed, see above")


PARTS = {"all": run_all, "quick": run_quick, "rounds": run_rounds, "report": run_report}


def main():
    parser = argparse.ArgumentParser(description="Measures PGWire against other drivers; README.md says what and how.")
    parser.add_argument("part", nargs="?", choices=PARTS, default="all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--workloads", type=str.split, default=rounds.WORKLOADS, help="as in 'w1 w2'")
    parser.add_argument("--programs", type=str.split, help="peers to compare with, as in 'libpq asyncpg'; default: all")
    parser.add_argument("--major", type=int, default=15, help="PostgreSQL's major version")
    parser.add_argument("--out", type=pathlib.Path, default=RESULTS, help="where the results go")
    parser.add_argument("--lock", default=os.environ.get("BENCH_LOCK"), help="a file to lock during each round")
    options = parser.parse_args()
    options.command = " ".join(["Benchmarks/bench.py", *sys.argv[1:]])
    options.out = options.out.resolve()
    os.makedirs(options.out, exist_ok=True)
    PARTS[options.part](options)


if __name__ == "__main__":
    main()
