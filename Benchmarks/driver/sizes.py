"""What PGWire costs those who use it: the time of their first release build, and the size of their programs."""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import pathlib
import time

from . import app
from .packages import Missing
from .places import ROOT, say

# Connects, selects, prints: a user's first program.
HELLO = """\
import PGWire

try await Connection.withConnection(Connection.Configuration("postgresql://localhost/postgres")) { db in
    print(try await db.fetchOne("SELECT \\("hello"), version()", as: (String, String).self))
}
"""

PACKAGE = """\
// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "hello", platforms: [.macOS(.v26)],
    dependencies: [.package(name: "pgwire", path: "{root}")],
    targets: [.executableTarget(name: "Hello", dependencies: [.product(name: "PGWire", package: "pgwire")])]
)
"""


def measure(path):
    """Writes names, values and units to the CSV file `path`, and prints them."""
    numbers = []

    def add(name, value, unit):
        numbers.append((name, f"{value:.1f}", unit))
        say(f"{name}: {value:.1f} {unit}")

    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        (home / "Sources/Hello").mkdir(parents=True)
        (home / "Sources/Hello/main.swift").write_text(HELLO)
        (home / "Package.swift").write_text(PACKAGE.format(root=ROOT))
        say("building PGWire alone, as a program that uses it does")
        # What is fetched or planned once is not the building of PGWire.
        run("swift", "package", "resolve", cwd=home)
        seconds, cpu = timed(home, "--target", "PGWire")
        add("clean release build of PGWire alone", seconds, "s")
        add("its CPU time", cpu, "s")
        timed(home, "-Xlinker", "-s")
        add("hello world with PGWire, stripped", size(home / ".build/release/Hello"), "KiB")
        timed(home, "-Xlinker", "-s", "--static-swift-stdlib", "--scratch-path", ".build-static")
        add("the same with Swift's libraries in it", size(home / ".build-static/release/Hello"), "KiB")
    app.build()
    with tempfile.NamedTemporaryFile() as file:
        run("strip", "-o", file.name, str(app.APP))
        add("scribe-app as one stripped file", size(pathlib.Path(file.name)), "KiB")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "value", "unit"])
        writer.writerows(numbers)


def timed(home, *options):
    """Seconds that a release build takes by the clock, and by the processors."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run("swift", "build", "-c", "release", *options, cwd=home)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(*command, cwd=None):
    # Whoever depends on us sees no warning of ours.
    environment = {name: value for name, value in os.environ.items() if name != "PGWIRE_WARNINGS_AS_ERRORS"}
    if subprocess.run(command, cwd=cwd, env=environment, stdout=sys.stderr).returncode:
        raise Missing(f"{' '.join(command[:3])} failed, see above")


def size(path):
    return path.stat().st_size / 1024


def read(path):
    """`[(name, value and unit)]`"""
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return [(row["name"], f"{float(row['value']):,.1f} {row['unit']}") for row in csv.DictReader(file)]
