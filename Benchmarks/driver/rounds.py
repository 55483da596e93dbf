"""Runs the programs in rounds, all of them inside each round, so that what the machine does otherwise meets all alike."""

import contextlib
import csv
import dataclasses
import fcntl
import os
import subprocess

from .places import say

WORKLOADS = ["w1", "w1b", "w2", "w2t", "w3", "w3many", "w4", "w4seq", "w5", "w6", "w6pool", "w7", "w7t", "w10", "w10first", "w10row", "w11",
             "w12single", "w12pipeline", "w12many", "w12unnest", "w12copy"]
QUICK_SIZES = {"w1": 40, "w1b": 60, "w2": 8000, "w2t": 8000, "w3": 30_000, "w3many": 30_000, "w4": 100_000, "w4seq": 100_000, "w5": 100_000, "w6": 8000, "w6pool": 8000,
               "w7": 60, "w7t": 60, "w10": 100_000, "w10first": 100_000, "w10row": 100_000, "w11": 10_000,
               "w12single": 2000}
PATIENCE = 300  # seconds that one program may take for one workload

FIELDS = ["workload", "program", "round", "value", "cpu_us", "peak_kib", "status", "more"]


@dataclasses.dataclass
class Sample:
    """What a program printed; README.md says what `value` is."""
    workload: str
    program: str
    round: int
    value: float = 0
    cpu_us: float = 0
    peak_kib: int = 0
    status: str = "ok"
    more: str = ""  # as printed: `name=number`, with spaces between


def run_program(program, workload, environment, prefix=()):
    """A sample of one run, without its round."""
    try:
        done = subprocess.run(
            [*prefix, *program.command, workload], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE, env={**os.environ, **program.environment, **environment})
    except subprocess.TimeoutExpired:
        say(f"{program.name} {workload}: not done after {PATIENCE} s")
        return Sample(workload, program.name, 0, status="failed")
    words = done.stdout.split()
    if done.returncode == 2 and words == ["n/a"]:
        return Sample(workload, program.name, 0, status="n/a")
    if done.returncode or len(words) < 3:
        say(f"{program.name} {workload}: {done.stderr.strip() or done.stdout.strip()}")
        return Sample(workload, program.name, 0, status="failed")
    return Sample(workload, program.name, 0, float(words[0]), float(words[1]), int(words[2]),
                  more=" ".join(words[3:]))


@contextlib.contextmanager
def quiet(lock):
    """Holds the file that others on this machine lock while they measure; None for none."""
    if lock is None:
        yield
        return
    with open(lock, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def recording(path):
    """A function that writes a sample to the CSV file `path`, which begins anew."""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()

        def record(sample):
            writer.writerow(dataclasses.asdict(sample))
            file.flush()
        yield record


def measure(programs, server, workloads, rounds, path, sizes, lock):
    """Writes the samples to the CSV file `path` as they come."""
    with recording(path) as record:
        run_rounds(programs, server, workloads, rounds, record, sizes, lock)


def run_rounds(programs, server, workloads, rounds, record, sizes=None, lock=None):
    for round in range(rounds):
        say(f"{' '.join(workloads)}: round {round + 1} of {rounds}")
        with quiet(lock):
            for sample in one_round(programs, server, workloads, round, sizes or {}):
                record(sample)


def one_round(programs, server, workloads, round, sizes):
    order = list(programs.values())
    if round % 2:
        order.reverse()
    for workload in workloads:
        environment = dict(server.environment)
        if workload in sizes:
            environment["PGB_N"] = str(sizes[workload])
        for program in order:
            server.wait_until_idle()
            sample = run_program(program, workload, environment)
            sample.round = round
            yield sample


def read(path):
    """The samples of a CSV file; none when there is no such file."""
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return [Sample(row["workload"], row["program"], int(row["round"]), float(row["value"]), float(row["cpu_us"]),
                       int(row["peak_kib"]), row["status"], row.get("more") or "") for row in csv.DictReader(file)]
