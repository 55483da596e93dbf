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
    more: dict = dataclasses.field(default_factory=dict)  # what else was printed, by name: medians


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
        self.by_cell = by_cell
        self.cells = {key: cell(samples) for key, samples in by_cell.items()}

    def samples(self, workload, program=OURS):
        return self.by_cell.get((workload, program), [])

    def cell(self, workload, program=OURS):
        """None when the program does not do the workload."""
        return self.cells.get((workload, program))

    def ratio(self, workload, peer, field="value"):
        """Ours divided by the peer's; None when one of the two is missing."""
        ours, theirs = self.cell(workload), self.cell(workload, peer)
        if ours is None or theirs is None or not getattr(theirs, field):
            return None
        return getattr(ours, field) / getattr(theirs, field)

    def ratio_spread(self, workload, peer, field="value"):
        """The least and the greatest ratio of one round; None when there is no round with both."""
        theirs = {sample.round: getattr(sample, field) for sample in self.samples(workload, peer)}
        ratios = [getattr(sample, field) / theirs[sample.round] for sample in self.samples(workload)
                  if theirs.get(sample.round)]
        return (min(ratios), max(ratios)) if ratios else None


def cell(samples):
    values = [sample.value for sample in samples]
    return Cell(statistics.median(values), statistics.median(sample.cpu_us for sample in samples),
                statistics.median(sample.peak_kib for sample in samples), min(values), max(values), len(samples),
                medians(samples))


def medians(samples):
    """Of what the programs printed behind the usual three numbers."""
    numbers = {}
    for sample in samples:
        for word in sample.more.split():
            name, value = word.split("=")
            numbers.setdefault(name, []).append(float(value))
    return {name: statistics.median(values) for name, values in numbers.items()}
