"""The chart of how cost grows: for each kind of size the time for a unit above, the peak memory below, both logarithmic."""

import math

from .svg import Drawing

WIDTH, COLUMNS = 880, 3
PANEL = WIDTH / COLUMNS
HEAD, PLOT, FOOT, TOP = 40, 84, 30, 80
LEFT, RIGHT = 58, 18
BLOCK = HEAD + 2 * PLOT + 18 + FOOT


def draw(curves, path, caption):
    lines = math.ceil(len(curves) / COLUMNS)
    drawing = Drawing(WIDTH, TOP + lines * BLOCK, "How PGWire's cost grows")
    drawing.text(8, 20, "How PGWire's cost grows", "title")
    drawing.text(8, 38, caption, "quiet")
    for x, kind, text in ((8, "first", "elapsed; memory"), (140, "second", "the client's CPU time")):
        drawing.bar(x, 50, 12, 10, kind)
        drawing.text(x + 18, 59, text)
    for index, curve in enumerate(curves):
        block(drawing, index % COLUMNS * PANEL, TOP + index // COLUMNS * BLOCK, curve)
    drawing.write(path)


def block(drawing, left, top, curve):
    drawing.text(left + 8, top + 14, curve.title, "title")
    times = {"first": curve.seconds, "second": curve.cpu_seconds}
    plot(drawing, left, top + HEAD, curve.sizes, times, time, f"time per {curve.unit}")
    memory_top = top + HEAD + PLOT + 18
    memory = {"first": [kib * 1024 for kib in curve.peaks]}
    plot(drawing, left, memory_top, curve.sizes, memory, size, "peak memory")
    for number in (curve.sizes[0], curve.sizes[-1]):
        end = "start" if number == curve.sizes[0] else "end"
        x = left + LEFT if end == "start" else left + PANEL - RIGHT
        drawing.text(x, memory_top + PLOT + 14, count(number), "quiet", end)


def plot(drawing, left, top, xs, curves, label, title):
    all_ys = [y for ys in curves.values() for y in ys if y > 0]
    low, high = math.floor(math.log10(min(all_ys)) + 1e-9), math.ceil(math.log10(max(all_ys)) - 1e-9)
    high = max(high, low + 1)
    x0, x1 = left + LEFT, left + PANEL - RIGHT

    def place(x, y):
        across = math.log(x / xs[0]) / math.log(xs[-1] / xs[0])
        up = (math.log10(y) - low) / (high - low)
        return x0 + across * (x1 - x0), top + PLOT - up * PLOT

    step = max(1, round((high - low) / 3))
    for power in range(low, high + 1, step):
        y = place(xs[0], 10**power)[1]
        drawing.line(x0, y, x1, y, "grid")
        drawing.text(x0 - 5, y + 4, label(10**power), "quiet", "end")
    for kind, ys in curves.items():
        drawing.curve([place(x, y) for x, y in zip(xs, ys) if y > 0], kind)
    drawing.text(x1, top - 4, title, "quiet", "end")


def scaled(number, units):
    for factor, unit in units:
        if number >= factor * 0.9999:
            return f"{number / factor:.3g} {unit}"
    return f"{number / units[-1][0]:.3g} {units[-1][1]}"


def time(seconds):
    return scaled(seconds, [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")])


def size(count_of_bytes):
    return scaled(count_of_bytes, [(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")])


def count(number):
    if number >= 2**20 and number & (number - 1) == 0:
        return f"{number // 2**20} MiB"
    return f"{number:,}".replace(",", " ")
