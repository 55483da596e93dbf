"""The programs that are compared: how each is built and called."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys

from .packages import Missing, need, run
from .places import BENCHMARKS, BUILD, PEERS, SWIFT_BUILD, fail, say


@dataclasses.dataclass
class Program:
    name: str
    command: list
    environment: dict = dataclasses.field(default_factory=dict)


def build_swift():
    """PGWire's program and the server: without them there is nothing to measure."""
    say("building pgwire-bench")
    # SwiftPM does not look for new files in a package that it was given by path, unless it has to plan anew.
    for plan in BUILD.glob("*.yaml"):
        plan.unlink()
    if subprocess.run(["swift", "build", "-c", "release"], cwd=BENCHMARKS, stdout=sys.stderr).returncode:
        fail("pgwire-bench does not build")
    return Program("PGWire", [SWIFT_BUILD / "pgwire-bench"])


def libpq():
    need(lambda: shutil.which("cc") and shutil.which("pg_config") and
         pathlib.Path(run(["pg_config", "--includedir"], "pg_config").strip(), "libpq-fe.h").exists(),
         ["gcc", "libc6-dev", "libpq-dev"])
    source, binary = PEERS / "libpq/libpq.c", BUILD / "peers/libpq"
    include = run(["pg_config", "--includedir"], "pg_config").strip()
    library = run(["pg_config", "--libdir"], "pg_config").strip()
    run(["cc", "-O2", "-Wall", "-Wextra", f"-I{include}", source, "-o", binary, f"-L{library}", "-lpq", "-lpthread"],
        "it does not compile")
    return Program("libpq", [binary])


CRATES = ["tokio-postgres", "tokio", "uuid", "futures-util", "libc"]


def tokio():
    need(lambda: shutil.which("cargo") and shutil.which("cc"), ["cargo", "rustc", "gcc", "libc6-dev"])
    registry = pathlib.Path("/usr/share/cargo/registry")
    need(lambda: all(any(registry.glob(f"{crate}-[0-9]*")) for crate in CRATES),
         [f"librust-{crate}-dev" for crate in CRATES])
    target = BUILD / "peers/tokio"
    run(["cargo", "build", "--release", "--offline", "--target-dir", target], "it does not compile", cwd=PEERS / "tokio")
    return Program("tokio-postgres", [target / "release/tokio-peer"])


def python(name, packages):
    """A program in an environment of its own, so that one that cannot be had does not take another along."""
    home = BUILD / "peers" / name
    interpreter = home / "bin/python"
    mark, wanted = home / "complete", " ".join(packages)
    if not mark.exists() or mark.read_text() != wanted:
        say(f"installing {' '.join(packages)} from PyPI")
        shutil.rmtree(home, ignore_errors=True)
        run([python_with_venv(), "-m", "venv", home], "no virtual environment can be made")
        run([interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], "pip could not install it")
        mark.write_text(wanted)
    return Program(name, [interpreter, PEERS / f"python/peer_{name}.py"], {"PYTHONDONTWRITEBYTECODE": "1"})


def python_with_venv():
    def works():
        return subprocess.run([sys.executable, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL).returncode == 0
    need(works, ["python3-venv"])
    return sys.executable


PEER_BUILDERS = {
    "libpq": libpq,
    "tokio-postgres": tokio,
    "asyncpg": lambda: python("asyncpg", ["asyncpg", "uvloop"]),
    "psycopg": lambda: python("psycopg", ["psycopg[binary]", "psycopg-pool"]),
}


def build_all(only=None):
    """All programs, ours first, and why others are not among them: `({name: program}, {name: reason})`."""
    programs, left_out = {"PGWire": build_swift()}, {}
    os.makedirs(BUILD / "peers", exist_ok=True)
    for name, build in PEER_BUILDERS.items():
        if only is not None and name not in only:
            continue
        try:
            programs[name] = build()
        except Missing as missing:
            left_out[name] = f"{name} is left out: {missing}"
            say(left_out[name])
    return programs, left_out
