"""What the Python programs share: settings, measuring, the rows to copy. ../../README.md says what is measured."""

import os
import resource
import sys
import time
from datetime import datetime, timedelta, timezone

HOST = os.environ.get("PGB_HOST") or "127.0.0.1"
PORT = int(os.environ.get("PGB_PORT") or 5432)
USER = os.environ.get("PGB_USER") or "bench"
PASSWORD = os.environ.get("PGB_PASSWORD") or ""
DATABASE = os.environ.get("PGB_DB") or "bench"
CONNECTIONS = int(os.environ.get("PGB_CONNS") or 32)
TASKS, POOL = 1000, 16
IDLE_BEFORE = 50  # connections that w7 opens before it measures: what is there once per process or thread is there by then
SIZE = int(os.environ.get("PGB_N") or 0)

ROWS = "SELECT id, k, name, score, at, ok, u FROM bench_decode" + (f" LIMIT {SIZE}" if SIZE else "")


def count(usual):
    return SIZE or usual


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory(name):
    """KiB. Not ru_maxrss, which keeps the peak of the process that made this one, from before exec."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


class Measurement:
    def __init__(self):
        self.processor = processor_seconds()
        self.start = time.monotonic()

    def report(self, units, *more):
        took, used = time.monotonic() - self.start, processor_seconds() - self.processor
        print(f"{units / took:.3f} {used * 1e6 / units:.3f} {memory('VmHWM:')}", *more)


def spread(waits):
    """What is printed of the times, in seconds, that w11's tasks waited for a connection: in ms."""
    waits = sorted(waits)
    shares = {"wait50": 0.5, "wait99": 0.99, "wait99.9": 0.999, "longest-wait": 1}
    return [f"{name}={waits[min(int(len(waits) * share), len(waits) - 1)] * 1000:.3f}" for name, share in shares.items()]


def uses(n):
    """W11's tasks: for each the statements that it runs, one after the other; True for one that takes 5 ms."""
    each = n // TASKS
    return [[(task + use) % 10 == 0 for use in range(each)] for task in range(TASKS)]


def report_idle(connections, before):
    after = memory("VmRSS:")
    print(f"{(after - before) / connections:.3f} 0 {after}")


def sum_of(row):
    id, k, name, score, at, ok, u = row
    return id + k + len(name) + score + at.second + ok + u.bytes[0]


def rows_to_copy(n):
    at, second = datetime(2026, 1, 1, tzinfo=timezone.utc), timedelta(seconds=1)
    for g in range(1, n + 1):
        at += second
        yield g, f"user number {g}", g * 0.5, at


def chosen(workloads):
    """The workload that the command line names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in workloads:
        print("n/a")
        sys.exit(2)
    return workloads[name]
