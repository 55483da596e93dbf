"""W8: from nothing to the first row over a link of 20 ms. Runs itself again in a network namespace of its own."""

import os
import pathlib
import shutil
import subprocess
import sys

from . import programs
from .delay import PEER, SlowLink
from .packages import Missing, need
from .places import BENCHMARKS
from .rounds import recording, run_rounds
from .server import Server

ROUND_TRIP = 0.020  # seconds; the goals are made for it
# Direct TLS came with PostgreSQL 17.
SERVERS = {15: ["w8"], 17: ["w8direct", "w8eager"]}


def measure(path, rounds, lock):
    """Writes the samples to the CSV file `path`; throws `Missing` where there can be no slow link."""
    need(lambda: shutil.which("ip"), ["iproute2"])
    inside = ["unshare", "--net"]
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK) or subprocess.run([*inside, "true"]).returncode:
        raise Missing("no network namespace or no network device can be made here (that takes root and /dev/net/tun)")
    command = [*inside, sys.executable, "-m", "driver.link", path, str(rounds), lock or ""]
    if subprocess.run(command, cwd=BENCHMARKS).returncode:
        raise Missing("it failed, see above")


def measure_inside(path, rounds, lock):
    built, _ = programs.build_all(["libpq"])
    with SlowLink(ROUND_TRIP), recording(path) as record:
        for major, workloads in SERVERS.items():
            with Server(major) as server:
                server.environment["PGB_HOST"] = PEER
                run_rounds(built, server, workloads, rounds, record, lock=lock)


if __name__ == "__main__":
    measure_inside(pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] or None)
