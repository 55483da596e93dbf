"""The chart of PGWire against the others: a panel for each workload, a pair of bars for each peer."""

import math

from .results import OURS
from .svg import Drawing

TITLES = {
    "w1": "Cold connection, TLS", "w1b": "Cold connection", "w2": "One query at a time",
    "w2t": "One query at a time, TLS", "w3": "Pipelined queries", "w4": "Reading rows", "w5": "COPY into a table",
    "w3many": "One statement for many values", "w12single": "Inserting, a statement for each row",
    "w12pipeline": "Inserting by a pipeline", "w12many": "Inserting by executeMany", "w12unnest": "Inserting by arrays",
    "w12copy": "Inserting by COPY", "w4seq": "Reading rows, for try await", "w6": "32 connections at once",
    "w6pool": "32 connections at once, Swift's threads", "w7": "Idle connections", "w7t": "Idle connections, TLS",
    "w10": "Rows as structs", "w10first": "Rows as structs, the first time", "w10row": "Rows as structs, init(row:)",
    "w11": "A pool under load",
}
# These measure KiB per connection, of which less is better.
MEMORY = {"w7", "w7t"}

WIDTH, COLUMNS, LABEL = 880, 2, 110
PANEL = WIDTH // COLUMNS
ROW, HEAD, FOOT, TOP = 32, 34, 22, 74
MOST = 16  # the axis goes from 1/16 to 16


def draw(results, path, caption):
    peers = [program for program in results.programs if program != OURS]
    # Some are PGWire's alone.
    workloads = [workload for workload in results.workloads
                 if results.cell(workload) and any(results.cell(workload, peer) for peer in peers)]
    height = HEAD + ROW * len(peers) + FOOT
    lines = math.ceil(len(workloads) / COLUMNS)
    drawing = Drawing(WIDTH, TOP + lines * height, "PGWire compared with other drivers")
    drawing.text(8, 20, "PGWire compared with other drivers: how many times better", "title")
    drawing.text(8, 38, caption, "quiet")
    drawing.bar(8, 50, 12, 10, "first")
    drawing.text(26, 59, "throughput (idle connections: memory)")
    drawing.bar(270, 50, 12, 10, "second")
    drawing.text(288, 59, "the client's CPU time")
    drawing.text(430, 59, "Bars to the right of 1: PGWire is better.", "quiet")
    for index, workload in enumerate(workloads):
        panel(drawing, index % COLUMNS * PANEL, TOP + index // COLUMNS * height, results, workload, peers)
    drawing.write(path)


def panel(drawing, left, top, results, workload, peers):
    start, end = left + LABEL, left + PANEL - 48
    bottom = top + HEAD + ROW * len(peers)

    def place(factor):
        share = math.log(min(max(factor, 1 / MOST), MOST) * MOST) / math.log(MOST * MOST)
        return start + share * (end - start)

    drawing.text(left + 8, top + 20, f"{workload.capitalize()}  {TITLES.get(workload, '')}", "title")
    for factor in (1 / 16, 1 / 4, 1, 4, 16):
        drawing.line(place(factor), top + HEAD - 4, place(factor), bottom, "axis" if factor == 1 else "grid")
        drawing.text(place(factor), bottom + 13, f"{factor:g}" if factor >= 1 else f"1/{1 / factor:g}", "quiet", "middle")
    for row, peer in enumerate(peers):
        y = top + HEAD + row * ROW
        drawing.text(start - 6, y + 17, peer, "", "end")
        pair = factors(results, workload, peer)
        if not pair:
            drawing.text(place(1) + 6, y + 17, "does not do it", "quiet")
        for offset, kind, factor in pair:
            at, one = place(factor), place(1)
            drawing.bar(min(at, one), y + offset, abs(at - one), 10, kind)
            right = factor >= 1
            drawing.text(at + (5 if right else -5), y + offset + 9, number(factor), "quiet", "start" if right else "end")


def factors(results, workload, peer):
    """How many times better ours is, with the place and the kind of each bar."""
    value = results.ratio(workload, peer)
    if value is None:
        return []
    if workload in MEMORY:
        return [(8, "first", 1 / max(value, 1e-9))]
    cpu = results.ratio(workload, peer, "cpu_us")
    return [(2, "first", value)] + ([(14, "second", 1 / cpu)] if cpu else [])


def number(factor):
    return f"{factor:.0f}×" if factor >= 10 else f"{factor:.1f}×" if factor >= 1.95 else f"{factor:.2f}×"
