"""How PGWire's cost grows with the size of things: time for a unit and peak memory, each size in a process of its own."""

import collections
import math
import statistics

from .places import say
from .rounds import quiet, read, recording, run_program

# What grows, its unit, and the sizes.
KINDS = {
    "rows": ("Rows of a result", "row", [10**3, 10**4, 10**5, 10**6, 10**7]),
    "parameters": ("Parameters of a statement", "parameter", [1, 10, 100, 1000, 10_000, 65_535]),
    "columns": ("Columns of a row", "column", [1, 10, 100, 1000, 1600]),
    "value-out": ("Bytes of a value read", "byte", [1, 2**10, 2**16, 2**20, 2**24, 2**28]),
    "value-in": ("Bytes of a value sent", "byte", [1, 2**10, 2**16, 2**20, 2**24, 2**28]),
    "connections": ("Open connections", "connection", [1, 10, 100, 1000]),
}

# Above 1, because what is measured is never exact: from one run to the next it differs by up to 0.1.
LINEAR = 1.15
# Peak memory that differs by less than this between the smallest and the largest size does not grow.
FLAT_KIB = 1024

JUDGEMENT = (
    f"Linear: from the largest size that is at most a ninth of the greatest to the greatest, the client's CPU time grows "
    f"by a power of the size of at most {LINEAR}. Flat: the peak memory at the greatest size is less than 1 MiB above that "
    "at the smallest. Each size ran in a process of its own; small ones were repeated. The elapsed time has the server's "
    "part in it.")


def measure(program, server, rounds, path, lock, largest=None):
    """Writes the samples to the CSV file `path`; the workload's name has the size: `rows 1000`."""
    with recording(path) as record:
        for round in range(rounds):
            say(f"growth: round {round + 1} of {rounds}")
            with quiet(lock):
                for kind, (_, _, sizes) in KINDS.items():
                    for size in sizes if largest is None else [size for size in sizes if size <= largest]:
                        server.wait_until_idle()
                        sample = run_program(program, kind, {**server.environment, "PGB_N": str(size)})
                        sample.workload, sample.round = f"{kind} {size}", round
                        record(sample)


class Curve:
    """Medians by size: seconds and CPU seconds for a unit, and peak memory in KiB."""

    def __init__(self, kind, by_size):
        self.kind = kind
        self.title, self.unit, _ = KINDS[kind]
        self.sizes = sorted(by_size)
        self.seconds = [statistics.median(1 / sample.value for sample in by_size[size]) for size in self.sizes]
        self.cpu_seconds = [
            statistics.median(sample.cpu_us for sample in by_size[size]) / 1e6 for size in self.sizes]
        self.peaks = [statistics.median(sample.peak_kib for sample in by_size[size]) for size in self.sizes]

    @property
    def exponent(self):
        """Of the power of the size by which the client's whole CPU time grows at the end."""
        last = len(self.sizes) - 1
        before = max(i for i in range(last) if self.sizes[i] * 9 <= self.sizes[last]) if last else 0
        whole = [self.cpu_seconds[i] * self.sizes[i] for i in (before, last)]
        return math.log(whole[1] / whole[0]) / math.log(self.sizes[last] / self.sizes[before])

    @property
    def memory_per_unit(self):
        """Bytes of peak memory for each further unit."""
        return (self.peaks[-1] - self.peaks[0]) * 1024 / (self.sizes[-1] - self.sizes[0])

    @property
    def is_linear(self):
        return self.exponent <= LINEAR

    @property
    def is_flat(self):
        return self.peaks[-1] - self.peaks[0] < FLAT_KIB


def curves(path):
    """What was measured, by kind."""
    by_kind = collections.defaultdict(lambda: collections.defaultdict(list))
    for sample in read(path):
        if sample.status == "ok":
            kind, size = sample.workload.split()
            by_kind[kind][int(size)].append(sample)
    return [Curve(kind, by_kind[kind]) for kind in KINDS if len(by_kind[kind]) > 1]
