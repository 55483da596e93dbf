"""The server that is measured against."""

import os
import re
import subprocess

from .places import SWIFT_BUILD, fail


class Server:
    """PostgreSQL and PgBouncer, from `with` to its end. `environment` says where they are, as PGB_* variables."""

    def __init__(self, major=15, prefix=()):
        self.major = major
        self.prefix = list(prefix)
        self.environment = {}

    def __enter__(self):
        self.process = subprocess.Popen(
            [*self.prefix, SWIFT_BUILD / "pgwire-bench-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=dict(os.environ, PGB_MAJOR=str(self.major)))
        for line in self.process.stdout:
            if line.strip() == "# ready":
                return self
            name, value = re.fullmatch(r"export (\w+)='(.*)'", line.strip()).groups()
            self.environment[name] = value
        fail(f"no server (PostgreSQL {self.major}): see above")

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def wait_until_idle(self):
        """Returns when the server has no client any more."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        if self.process.stdout.readline().strip() != "# idle":
            fail("the server is gone")

    @property
    def version(self):
        return self.environment["PGB_VERSION"].split()[0]
