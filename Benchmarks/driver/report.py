"""Turns the results that lie in a directory into the report and its charts, and puts a part of it into the README."""

import csv
import dataclasses
import json
import re

from . import comparison_chart, tables
from .places import ROOT
from .results import Results
from .rounds import read

BEGIN, END = "<!-- performance: written by `make bench` -->", "<!-- performance: end -->"


@dataclasses.dataclass
class Measured:
    """All parts that have been measured; those that have not are empty."""
    rounds: Results
    link: dict
    app: dict
    about: dict

    @classmethod
    def load(cls, directory):
        rounds = directory / "rounds.csv"
        about = directory / "about.json"
        return cls(Results(read(rounds) if rounds.exists() else []), pairs(directory / "link.csv"),
                   pairs(directory / "app.csv"), json.loads(about.read_text()) if about.exists() else {})


def pairs(path):
    """A CSV file of names and numbers."""
    if not path.exists():
        return {}
    with open(path, newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


def write(directory):
    measured = Measured.load(directory)
    about = measured.about
    caption = f"{about['date']}, {about['machine']}, PostgreSQL {about['PostgreSQL']}"
    comparison_chart.draw(measured.rounds, directory / "comparison.svg", caption)
    facts = "".join(f"- {name}: {value}\n" for name, value in about.items() if name != "left out")
    parts = ["# What was measured", facts + "".join(f"- {reason}\n" for reason in about["left out"]),
             "## Goals", tables.goals(measured),
             "## All programs", "![PGWire compared with other drivers](comparison.svg)", tables.details(measured.rounds)]
    (directory / "report.md").write_text("\n".join(part.rstrip() + "\n" for part in parts))
    return measured


def update_readme(measured):
    """Replaces what stands between the two marks."""
    about, path = measured.about, ROOT / "README.md"
    text = path.read_text()
    if BEGIN not in text or END not in text:
        return
    section = "\n".join([
        BEGIN, "![PGWire compared with other drivers](Benchmarks/results/comparison.svg)\n",
        f"Units per second and the client's CPU time for each (for W7 memory per connection); medians of "
        f"{about['rounds']} interleaved rounds, `{about['command']}`, {about['date']}, {about['machine']}, PostgreSQL "
        f"{about['PostgreSQL']}.\n", tables.comparison(measured.rounds), END])
    path.write_text(re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: section, text, flags=re.DOTALL))
