"""Instructions that a program executes for one unit: a number that does not depend on what else the machine does.

Each program runs with two sizes; the difference of the instructions by the difference of the sizes leaves out what starting
and connecting cost. Counted by the processor where it lets us, else by valgrind's callgrind. Programs with threads differ
by some 3 % from one run to the next, which is not worth the minutes that further runs under callgrind take.
"""

import csv
import os
import re
import shutil
import subprocess

from .packages import Missing, need
from .places import say

SIZES = {"w2": (500, 3000), "w3": (1000, 6000), "w3many": (1000, 11_000), "w4": (2000, 12_000), "w5": (2000, 12_000),
         "w10": (2000, 12_000), "w10first": (2000, 12_000), "w10row": (2000, 12_000)}
PATIENCE = 600


def counter():
    """A name, the command that goes before the program's, and the pattern of the number."""
    if shutil.which("perf"):
        tried = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "true"], capture_output=True, text=True)
        if re.search(r"^\d+,", tried.stderr, re.MULTILINE):
            return "perf", ["perf", "stat", "-x,", "-e", "instructions:u"], r"^(\d+),"
    need(lambda: shutil.which("valgrind"), ["valgrind"])
    return "callgrind", ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)"


def measure(programs, server, path):
    name, prefix, pattern = counter()
    say(f"counting instructions with {name}")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["workload", "program", "instructions", "counter"])
        for workload, sizes in SIZES.items():
            for program in programs.values():
                try:
                    totals = [count(program, workload, size, server, prefix, pattern) for size in sizes]
                except Missing as missing:
                    say(f"{program.name} {workload}: {missing}")
                    continue
                if None not in totals:
                    slope = (totals[1] - totals[0]) / (sizes[1] - sizes[0])
                    writer.writerow([workload, program.name, f"{slope:.0f}", name])
                    file.flush()


def count(program, workload, size, server, prefix, pattern):
    """None when the program does not do the workload."""
    environment = {**os.environ, **program.environment, **server.environment, "PGB_N": str(size)}
    try:
        done = subprocess.run([*prefix, *program.command, workload], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, env=environment, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Missing(f"not done after {PATIENCE} s") from None
    if done.returncode == 2:
        return None
    found = re.search(pattern, done.stderr, re.MULTILINE)
    if done.returncode or not found:
        raise Missing(f"no count: {done.stderr.strip()[-300:]}")
    return int(found.group(1))


def read(path):
    """`{(workload, program): instructions for a unit}`"""
    if not path.exists():
        return {}
    with open(path, newline="") as file:
        return {(row["workload"], row["program"]): float(row["instructions"]) for row in csv.DictReader(file)}
