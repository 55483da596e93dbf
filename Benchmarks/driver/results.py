"""What was measured, by workload and program."""

import dataclasses
import statistics

OURS = "PGWire"


@dataclasses.dataclass
class Cell:
    """One program at one workload: medians of its samples, and how many there are."""
    value: float
    cpu_us: float
    peak_kib: float
    least: float
    most: float
    count: int


class Results:
    def __init__(self, samples):
        self.workloads = list(dict.fromkeys(sample.workload for sample in samples))
        self.programs = list(dict.fromkeys(sample.program for sample in samples))
        # Programs are interleaved in an order that changes; ours stands first.
        self.programs.sort(key=lambda name: name != OURS)
        by_cell = {}
        self.failures = [sample for sample in samples if sample.status == "failed"]
        for sample in samples:
            if sample.status == "ok":
                by_cell.setdefault((sample.workload, sample.program), []).append(sample)
        self.cells = {key: cell(samples) for key, samples in by_cell.items()}

    def cell(self, workload, program=OURS):
        """None when the program does not do the workload."""
        return self.cells.get((workload, program))

    def ratio(self, workload, peer, field="value"):
        """Ours divided by the peer's; None when one of the two is missing."""
        ours, theirs = self.cell(workload), self.cell(workload, peer)
        if ours is None or theirs is None or not getattr(theirs, field):
            return None
        return getattr(ours, field) / getattr(theirs, field)


def cell(samples):
    values = [sample.value for sample in samples]
    return Cell(statistics.median(values), statistics.median(sample.cpu_us for sample in samples),
                statistics.median(sample.peak_kib for sample in samples), min(values), max(values), len(samples))
