"""Where things are, and how a problem is said."""

import pathlib
import sys

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
PEERS = BENCHMARKS / "Peers"
BUILD = BENCHMARKS / ".build"          # what is built; ignored by git
SWIFT_BUILD = BUILD / "release"
RESULTS = BENCHMARKS / "results"


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"error: {text}")
