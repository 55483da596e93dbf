"""Turns the results that lie in a directory into the report and its charts, and puts a part of it into the README."""

import csv
import dataclasses
import re
import statistics

from . import comparison_chart, growth, growth_chart, instructions, sizes, tables
from .about import About
from .places import ROOT
from .results import Results
from .rounds import read

BEGIN, END = "<!-- performance: between these two lines it is written by `make bench` -->", "<!-- performance: end -->"

SHORT = ("**Short runs.** What a process does only once weighs more here than in `make bench`: CPU time by up to a tenth in W1b, "
         "W2 and W3, by a twentieth or less in W4, W5 and W6. What is nearer to its limit than that cannot be told from this. "
         "Instructions, growth, the app and the slow link are not measured.")


@dataclasses.dataclass
class Measured:
    """All parts that have been measured; those that have not are empty."""
    about: About
    rounds: Results
    instructions: dict
    growth: list
    app: dict
    link: Results
    sizes: list

    @classmethod
    def load(cls, directory):
        return cls(About.load(directory), Results(read(directory / "rounds.csv")),
                   instructions.read(directory / "instructions.csv"), growth.curves(directory / "growth.csv"),
                   medians(directory / "app.csv"), Results(read(directory / "link.csv")), sizes.read(directory / "sizes.csv"))


def medians(path):
    """Of a CSV file of names and numbers."""
    if not path.exists():
        return {}
    numbers = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            numbers.setdefault(row["name"], []).append(float(row["value"]))
    return {name: statistics.median(values) for name, values in numbers.items()}


def write(directory):
    measured = Measured.load(directory)
    about = measured.about
    parts = ["# What was measured", f"On {about.machine}.", *about.left_out.values(),
             "## Goals", "PGWire's medians, or what they are divided by the other's in the same run; and the least and the most "
             "of one round. Where the rounds differ about a goal, there were too few of them, or they were too short, to tell.",
             *([SHORT] if about.is_quick else []), tables.goals(measured)]

    def part(name, title, contents):
        if about.sentence(name):
            parts.extend([f"## {title}", f"{about.sentence(name)}.", *contents])

    if measured.rounds.cells:
        comparison_chart.draw(measured.rounds, directory / "comparison.svg", about.machine)
    if measured.growth:
        growth_chart.draw(measured.growth, directory / "growth.svg", about.machine)
    part("rounds", "All programs",
         ["![PGWire compared with other drivers](comparison.svg)", tables.details(measured.rounds),
          tables.waits(measured.rounds)])
    part("instructions", "Instructions for a unit",
         ["The client's, from the difference of two sizes.", tables.instructions(measured.instructions)])
    part("link", "W8: to the first row over a link with a round trip of 20 ms", [tables.link(measured.link)])
    part("app", "W9: scribe-app, each request of which opens a database connection", [tables.app(measured.app)])
    part("sizes", "What it costs to build, and the size of programs", [tables.table(["", ""], measured.sizes)])
    part("growth", "How cost grows",
         ["![How PGWire's cost grows](growth.svg)", growth.JUDGEMENT, tables.growth(measured.growth)])
    (directory / "report.md").write_text("\n".join(part.rstrip() + "\n" for part in parts))
    return measured


def update_readme(directory):
    """Replaces what stands between the two marks."""
    measured, path = Measured.load(directory), ROOT / "README.md"
    text = path.read_text()
    section = "\n".join([
        BEGIN, "", "![PGWire compared with other drivers](Benchmarks/results/comparison.svg)\n",
        tables.comparison(measured.rounds),
        "Units per second and the client's CPU time for each, or memory for each connection: medians, all programs side by "
        f"side in each round. {measured.about.sentence('rounds')}; {measured.about.machine}. "
        "[The whole report](Benchmarks/results/report.md) has the goals, ranges, instruction counts, a slow link, "
        "scribe-app under load and how cost grows.\n", END])
    new, count = re.subn(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: section, text, flags=re.DOTALL)
    if count:
        path.write_text(new)
