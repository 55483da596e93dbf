"""The report's tables, as Markdown."""

from .comparison_chart import MEMORY, TITLES
from .goals import GOALS
from .link import ROUND_TRIP
from .results import OURS


def table(head, rows):
    """Cells of text; the first column is to the left, the others to the right."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def short(number):
    """Three digits, as people read them."""
    if number >= 1e6:
        return f"{number / 1e6:.3g} M"
    if number >= 100_000:
        return f"{number / 1e3:.0f} k"
    if number >= 1000:
        return f"{number / 1e3:.3g} k"
    return f"{number:.3g}"


def title(workload):
    return f"{workload.capitalize()} {TITLES.get(workload, '')}".strip()


def comparison(results):
    """What each program reaches, and the CPU time that it needs for a unit."""
    rows = []
    for workload in results.workloads:
        cells = [results.cell(workload, program) for program in results.programs]
        if workload in MEMORY:
            texts = [f"{cell.value:.1f} KiB" if cell else "–" for cell in cells]
        else:
            texts = [f"{short(cell.value)}/s · {short(cell.cpu_us)} µs" if cell else "–" for cell in cells]
        rows.append([title(workload), *texts])
    return table(["", *(bold(program) for program in results.programs)], rows)


def bold(program):
    return f"**{program}**" if program == OURS else program


def details(results):
    """Every median with its range, the memory, and the ratios of ours to the peer."""
    rows = []
    for workload in results.workloads:
        for program in results.programs:
            cell = results.cell(workload, program)
            if cell is None:
                rows.append([title(workload), program, "n/a", "", "", "", "", "", ""])
                continue
            ratios = [results.ratio(workload, program, field) for field in ("value", "cpu_us")]
            own = program == OURS
            rows.append([
                title(workload), program, f"{cell.value:,.1f}", f"{cell.least:,.1f} – {cell.most:,.1f}",
                f"{cell.cpu_us:.2f}", f"{cell.peak_kib / 1024:.1f}",
                *("" if own or ratio is None else f"{ratio:.2f}" for ratio in ratios), str(cell.count)])
    return table(["workload", "program", "median /s (W7: KiB)", "least – most", "CPU µs", "peak MiB", "PGWire ÷ it",
                  "CPU: PGWire ÷ it", "runs"], rows)


def waits(results):
    """How long the tasks of w11 waited for a connection, in ms."""
    columns = {"wait50": "half of them at most", "wait99": "99 %", "wait99.9": "99.9 %", "longest-wait": "the longest"}
    rows = []
    for program in results.programs:
        cell = results.cell("w11", program)
        if cell:
            rows.append([program, *(f"{cell.more[name]:.1f} ms" for name in columns)])
    return table(["w11", *columns.values()], rows) if rows else ""


def goals(measured):
    rows = []
    for goal in GOALS:
        number = goal.measured(measured)
        if number is None:
            rows.append([goal.workload.capitalize(), goal.text, goal.limit(), "–", "", "not measured"])
        else:
            spread = goal.spread(measured)
            verdict = "met" if goal.is_met(number) else "**not met**"
            rows.append([goal.workload.capitalize(), goal.text, goal.limit(), f"{number:.3g} {goal.unit}",
                         f"{spread[0]:.3g} – {spread[1]:.3g}" if spread else "",
                         verdict if goal.is_certain(measured) else f"{verdict}, rounds differ"])
    return table(["workload", "goal", "limit", "measured", "least – most", ""], rows)


def instructions(counts):
    """`{(workload, program): instructions}`"""
    workloads = list(dict.fromkeys(workload for workload, _ in counts))
    programs = sorted(dict.fromkeys(program for _, program in counts), key=lambda name: name != OURS)

    def text(workload, program):
        count, ours = counts.get((workload, program)), counts.get((workload, OURS))
        if count is None:
            return "–"
        return f"{count:,.0f}" + (f" ({ours / count:.2f}×)" if ours and program != OURS else "")
    rows = [[title(workload), *(text(workload, program) for program in programs)] for workload in workloads]
    return table(["", *(f"{bold(program)}" + (" (PGWire ÷ it)" if program != OURS else "") for program in programs)], rows)


def link(results):
    rows = []
    for workload in results.workloads:
        for program in results.programs:
            cell = results.cell(workload, program)
            if cell:
                rows.append([LINK_TITLES[workload], program, f"{cell.value:.1f} ms", f"{cell.least:.1f} – {cell.most:.1f}",
                             f"{cell.value / ROUND_TRIP / 1000:.2f}"])
    return table(["", "program", "to the first row", "least – most", "round trips"], rows)


LINK_TITLES = {"w8": "SSLRequest (PostgreSQL 15)", "w8direct": "direct TLS (PostgreSQL 17)",
               "w8eager": "direct TLS, eager start (PostgreSQL 17)"}


def app(numbers):
    names = list(dict.fromkeys(name.split(" ", 1)[1] for name in numbers))
    rows = [[name, *(f"{numbers[f'{way} {name}']:.3g}" for way in ("direct", "pooler"))] for name in names]
    return table(["", "straight to PostgreSQL", "through PgBouncer"], rows)


def growth(curves):
    rows = []
    for curve in curves:
        memory = "flat" if curve.is_flat else f"{curve.memory_per_unit:.3g} B for each {curve.unit}"
        linear = "linear or better" if curve.is_linear else "**worse than linear**"
        rows.append([f"{curve.title}, {curve.sizes[0]:,} to {curve.sizes[-1]:,}", f"{curve.exponent:.2f}", linear,
                     f"{nanoseconds(curve.cpu_seconds[-1])} CPU, {nanoseconds(curve.seconds[-1])}", memory])
    return table(["", "power", "time", "for a unit at the greatest size", "peak memory"], rows)


def nanoseconds(seconds):
    return f"{seconds * 1e6:.3g} µs" if seconds >= 1e-6 else f"{seconds * 1e9:.3g} ns"
