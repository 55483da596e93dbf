"""The report's tables, as Markdown."""

from .comparison_chart import MEMORY, TITLES
from .goals import GOALS
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


def goals(measured):
    rows = []
    for goal in GOALS:
        number = goal.measured(measured)
        if number is None:
            rows.append([goal.workload.capitalize(), goal.text, goal.limit(), "–", "not measured"])
        else:
            rows.append([goal.workload.capitalize(), goal.text, goal.limit(), f"{number:.3g} {goal.unit}",
                         "met" if goal.is_met(number) else "**not met**"])
    return table(["workload", "goal", "limit", "measured", ""], rows)
