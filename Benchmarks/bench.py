#!/usr/bin/env python3
"""Measures PGWire against other drivers: `bench.py [PART]`, see README.md and --help."""

import argparse
import os
import pathlib

from driver import app, growth, instructions, link, programs, report, rounds, sizes
from driver.about import About
from driver.packages import Missing
from driver.places import RESULTS, fail, say
from driver.server import Server

# scribe-app comes last on the one server, because PgBouncer keeps connections to it open.
PARTS = ["rounds", "instructions", "growth", "app", "link", "sizes"]


def measure(options, parts, workload_sizes=None):
    about = About.load(options.out)
    built, about.left_out = programs.build_all(options.programs) if set(parts) - {"sizes"} else ({}, about.left_out)
    out, lock = options.out, options.lock

    def part(name, count, version, work, *arguments):
        """Does one part, if it is wanted; what cannot be had here is left out, and the report says why."""
        if name not in parts:
            return
        try:
            work(*arguments)
            about.measured(name, options.command, count, version)
        except Missing as missing:
            about.left_out[name] = f"{name} is left out: {missing}"
            say(about.left_out[name])

    if set(parts) - {"link", "sizes"}:
        with Server(options.major) as server:
            version, few = server.version, min(options.rounds, 3)
            part("rounds", options.rounds, version, rounds.measure, built, server, options.workloads, options.rounds,
                 out / "rounds.csv", workload_sizes, lock)
            part("instructions", 1, version, instructions.measure, built, server, out / "instructions.csv")
            part("growth", few, version, growth.measure, built["PGWire"], server, few, out / "growth.csv", lock)
            part("app", options.rounds, version, app.measure, server, options.rounds, 5, out / "app.csv", lock)
    part("sizes", 1, None, sizes.measure, out / "sizes.csv")
    part("link", options.rounds, " and ".join(map(str, link.SERVERS)), link.measure, out / "link.csv", options.rounds, lock)
    about.save()


def show(options):
    measured = report.write(options.out)
    say(f"written: {options.out}/report.md and charts")
    if measured.rounds.cells:
        print(report.tables.comparison(measured.rounds))
    print(report.tables.goals(measured))
    if measured.rounds.failures:
        fail(f"{len(measured.rounds.failures)} runs failed, see above")


def main():
    parser = argparse.ArgumentParser(description="Measures PGWire against other drivers; README.md says what and how.")
    parser.add_argument("part", nargs="?", choices=["all", "quick", *PARTS, "report"], default="all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--workloads", type=str.split, default=rounds.WORKLOADS, help="as in 'w1 w2'")
    parser.add_argument("--programs", type=str.split, help="peers to compare with, as in 'libpq asyncpg'; default: all")
    parser.add_argument("--major", type=int, default=15, help="PostgreSQL's major version")
    parser.add_argument("--out", type=pathlib.Path, help="where the results go; default: results, or results/quick")
    parser.add_argument("--lock", default=os.environ.get("BENCH_LOCK"), help="a file to lock during each round")
    parser.add_argument("--readme", action="store_true", help="put table and chart into the repository's README, too")
    options = parser.parse_args()
    options.command = {"all": "make bench", "quick": "make bench-quick"}.get(options.part, f"bench.py {options.part}")
    quick = options.part == "quick"
    options.out = (options.out or (RESULTS / "quick" if quick else RESULTS)).resolve()
    os.makedirs(options.out, exist_ok=True)
    if quick:
        options.rounds = 3
        measure(options, ["rounds"], rounds.QUICK_SIZES)
    elif options.part != "report":
        measure(options, PARTS if options.part == "all" else [options.part])
    show(options)
    if options.readme:
        report.update_readme(options.out)


if __name__ == "__main__":
    main()
