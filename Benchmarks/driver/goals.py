"""What PGWire is meant to reach. `measured` gives each goal's number from what was measured, or None."""

import dataclasses
import typing

from .link import ROUND_TRIP


@dataclasses.dataclass
class Goal:
    workload: str
    text: str
    measured: typing.Callable
    at_most: float = None
    at_least: float = None
    unit: str = "×"
    # The least and the most of the rounds, as far as there are such.
    spread: typing.Callable = lambda measured: None

    def limit(self):
        sign, number = ("≤", self.at_most) if self.at_most is not None else ("≥", self.at_least)
        return f"{sign} {number:g} {self.unit}"

    def is_met(self, number):
        return number <= self.at_most if self.at_most is not None else number >= self.at_least

    def is_certain(self, measured):
        """Whether all rounds say the same, so that one more would hardly change it."""
        return len({self.is_met(number) for number in self.spread(measured) or ()}) < 2


def rate(workload, peer, at_least):
    return Goal(workload, f"rate to {peer}", lambda measured: measured.rounds.ratio(workload, peer), at_least=at_least,
                spread=lambda measured: measured.rounds.ratio_spread(workload, peer))


def cpu(workload, peer, at_most):
    return Goal(workload, f"CPU to {peer}", lambda measured: measured.rounds.ratio(workload, peer, "cpu_us"),
                at_most=at_most, spread=lambda measured: measured.rounds.ratio_spread(workload, peer, "cpu_us"))


def own(workload, text, field, divisor, unit, at_most):
    def number(measured):
        cell = measured.rounds.cell(workload)
        return getattr(cell, field) / divisor if cell else None

    def spread(measured):
        numbers = [getattr(sample, field) / divisor for sample in measured.rounds.samples(workload)]
        return (min(numbers), max(numbers)) if numbers else None
    return Goal(workload, text, number, at_most=at_most, unit=unit, spread=spread)


def among(workload, text, other, at_least):
    """Two workloads of our own."""
    def number(measured):
        cells = [measured.rounds.cell(name) for name in (workload, other)]
        return cells[0].value / cells[1].value if all(cells) else None
    return Goal(workload, text, number, at_least=at_least)


def link(workload, round_trips):
    """10 % for what is not waiting."""
    def milliseconds(measured):
        cell = measured.link.cell(workload)
        return cell and cell.value
    return Goal(workload, f"{round_trips} round trips to the first row", milliseconds,
                at_most=round_trips * ROUND_TRIP * 1000 * 1.1, unit="ms")


def app(name, text, unit, at_most=None, at_least=None):
    return Goal("w9", text, lambda measured: measured.app.get(name), at_most=at_most, at_least=at_least, unit=unit)


GOALS = [
    cpu("w1", "libpq", 0.15), rate("w1", "libpq", 1.6),
    cpu("w1b", "tokio-postgres", 0.3), cpu("w1b", "libpq", 0.09),
    cpu("w2", "libpq", 1.2), rate("w2", "libpq", 0.95),
    *(rate("w2", peer, 1) for peer in ("tokio-postgres", "asyncpg", "psycopg")),
    rate("w3", "libpq", 1.2), cpu("w3", "libpq", 1.2),
    rate("w3many", "libpq", 1.2), cpu("w3many", "libpq", 1.2),
    rate("w4", "libpq", 1.2), cpu("w4", "tokio-postgres", 0.8), own("w4", "peak memory", "peak_kib", 1024, "MiB", 20),
    among("w4seq", "rate to w4's", "w4", 0.95),
    rate("w5", "libpq", 1.05), cpu("w5", "libpq", 1.5),
    rate("w6", "tokio-postgres", 1), cpu("w6", "tokio-postgres", 0.9),
    own("w7", "per idle connection", "value", 1, "KiB", 4), own("w7t", "per idle connection, TLS", "value", 1, "KiB", 40),
    own("w10", "CPU for a row", "cpu_us", 1, "µs", 0.8), own("w10row", "CPU for a row", "cpu_us", 1, "µs", 0.8),
    rate("w11", "asyncpg", 1), cpu("w11", "asyncpg", 1),
    link("w8", 7), link("w8direct", 6), link("w8eager", 4),
    app("direct resident MB", "resident after load", "MB", at_most=32),
    app("pooler resident MB", "resident after load, behind PgBouncer", "MB", at_most=32),
    app("direct start s", "start to first answer", "s", at_most=0.05),
    app("direct requests/s at 1", "requests/s at 1 connection", "/s", at_least=122),
    app("direct requests/s at 16", "requests/s at 16 connections", "/s", at_least=120),
]
