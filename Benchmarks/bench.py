#!/usr/bin/env python3
"""Measures PGWire against other drivers: `bench.py [PART]`, see README.md and --help."""

import argparse
import os
import pathlib
import sys

from driver import app, growth, instructions, link, programs, report, rounds
from driver.about import About
from driver.packages import Missing
from driver.places import RESULTS, fail, say
from driver.server import Server

# scribe-app comes last on the one server, because PgBouncer keeps connections to it open.
PARTS = ["rounds", "instructions", "growth", "app", "link"]


def measure(options, parts, sizes=None):
    about = About.load(options.out)
    built, about.left_out = programs.build_all(options.programs)
    if "app" in parts:
        attempt(about, "app", app.build)
    out, lock = options.out, options.lock
    with Server(options.major) as server:
        if "rounds" in parts:
            with rounds.recording(out / "rounds.csv") as record:
                rounds.run_rounds(built, server, options.workloads, options.rounds, record, sizes, lock)
            about.measured("rounds", options.command, options.rounds, server.version)
        if "instructions" in parts and attempt(about, "instructions", instructions.measure, built, server,
                                               out / "instructions.csv"):
            about.measured("instructions", options.command, instructions.RUNS, server.version)
        if "growth" in parts:
            few = min(options.rounds, 3)
            growth.measure(built["PGWire"], server, few, out / "growth.csv", lock)
            about.measured("growth", options.command, few, server.version)
        if "app" in parts and "app" not in about.left_out:
            app.measure(server, options.rounds, 5, out / "app.csv", lock)
            about.measured("app", options.command, options.rounds, server.version)
    if "link" in parts and attempt(about, "link", link.measure, out / "link.csv", options.rounds, lock):
        about.measured("link", options.command, options.rounds, " and ".join(map(str, link.SERVERS)))
    about.save(options.out)


def attempt(about, part, work, *arguments):
    """Whether it could be done; if not, the report says why."""
    try:
        work(*arguments)
        about.left_out.pop(part, None)
        return True
    except Missing as missing:
        about.left_out[part] = f"{part} is left out: {missing}"
        say(about.left_out[part])
        return False


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
