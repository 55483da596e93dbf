"""W9: scribe-app under load, each request of which opens a database connection of its own."""

import contextlib
import csv
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from .packages import Missing, need, run
from .places import ROOT, say
from .rounds import quiet

APP = ROOT / ".build-release/release/scribe-app"  # as it is deployed
PATIENCE = 30  # seconds to the first answer
LOAD = {1: ["-t1", "-c1"], 16: ["-t2", "-c16"], 256: ["-t2", "-c256"]}


def build():
    need(lambda: shutil.which("wrk"), ["wrk"])
    say("building scribe-app")
    if subprocess.run(["make", "release"], cwd=ROOT, stdout=sys.stderr).returncode:
        raise Missing("scribe-app does not build")


def measure(server, rounds, seconds, path, lock):
    """Writes every number to the CSV file `path` as it comes."""
    build()
    ports = {"direct": server.environment["PGB_PORT"], "pooler": server.environment["PGB_BOUNCER_PORT"]}
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "round", "value"])
        for round in range(rounds):
            say(f"scribe-app, round {round + 1} of {rounds}")
            with quiet(lock):
                for way, port in ports.items():
                    for name, value in one_run(settings(server, port), seconds):
                        writer.writerow([f"{way} {name}", round, f"{value:.4f}"])
                        file.flush()


def settings(server, port):
    of_server = server.environment
    return dict(os.environ, DB_HOST=of_server["PGB_HOST"], DB_PORT=port, DB_USER=of_server["PGB_USER"],
                DB_PASSWORD=of_server["PGB_PASSWORD"], DB_NAME=of_server["PGB_DB"], DB_SSLMODE="require",
                HOST="127.0.0.1", PORT=str(free_port()), LOG_LEVEL="error")


def one_run(environment, seconds):
    port = int(environment["PORT"])
    with running(environment) as (process, started):
        yield "start s", first_answer(port, process) - started
        for connections, options in LOAD.items():
            before = processor_seconds(process)
            count, rate = load(port, options, seconds)
            yield f"requests/s at {connections}", rate
            yield f"CPU ms/request at {connections}", (processor_seconds(process) - before) * 1000 / count
        # Of the last 256 requests most are still under way, as their clients did not wait for them.
        time.sleep(2)
        yield "resident MB", memory(process, "VmRSS:")
        yield "peak MB", memory(process, "VmHWM:")


@contextlib.contextmanager
def running(environment):
    """scribe-app, and the moment before it was started."""
    started = time.monotonic()
    process = subprocess.Popen([APP, "serve"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process, started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def first_answer(port, process):
    """The moment when /health was answered by 200 for the first time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return time.monotonic()
        except OSError:
            pass  # nobody listens yet
        time.sleep(0.001)
    raise Missing("scribe-app did not answer /health")


def load(port, options, seconds):
    """How many requests were answered, and how many in a second."""
    output = run(["wrk", *options, "--timeout", "30s", f"-d{seconds}s", f"http://127.0.0.1:{port}/health"], "wrk failed")
    if "Non-2xx" in output or "Socket errors" in output:
        raise Missing(f"scribe-app did not answer every request: {output}")
    return int(re.search(r"(\d+) requests in", output).group(1)), float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def processor_seconds(process):
    """User and system time of all its threads."""
    with open(f"/proc/{process.pid}/stat") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(process, name):
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name)) * 1024 / 1e6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
