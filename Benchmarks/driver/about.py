"""When, on what and by which command the parts of the results were measured."""

import dataclasses
import datetime
import json
import os
import platform
import re
import subprocess

from .places import ROOT


@dataclasses.dataclass
class About:
    machine: str = ""
    parts: dict = dataclasses.field(default_factory=dict)
    # By program or part: why it is not there.
    left_out: dict = dataclasses.field(default_factory=dict)

    @classmethod
    def load(cls, directory):
        path = directory / "about.json"
        about = cls(**json.loads(path.read_text())) if path.exists() else cls()
        about.path = path
        return about

    def save(self):
        self.machine = machine()
        self.path.write_text(json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False) + "\n")

    @property
    def is_quick(self):
        return any(part["command"] == "make bench-quick" for part in self.parts.values())

    def measured(self, part, command, rounds, postgres):
        """Notes that a part has just been measured."""
        self.left_out.pop(part, None)
        self.parts[part] = {
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": output("git", "-C", ROOT, "describe", "--always", "--dirty"),
            "command": command, "rounds": rounds, "PostgreSQL": postgres}
        self.save()

    def sentence(self, part):
        """Empty when it was not measured."""
        of_part = self.parts.get(part)
        if not of_part:
            return of_part
        of_server = f", {of_part['rounds']} rounds, PostgreSQL {of_part['PostgreSQL']}" if of_part["PostgreSQL"] else ""
        return f"`{of_part['command']}` at commit {of_part['commit']}, {of_part['date']}{of_server}"


def machine():
    swift = first(r"Swift version (\S+)", output("swift", "--version"))
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    return (f"{processor()}, {os.cpu_count()} cores, {memory} GiB, {platform.system()} "
            f"{platform.release().split('-')[0]}, Swift {swift}")


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return first(r"model name\s*: (.*)", file.read())
    except OSError:
        return platform.processor() or platform.machine()


def first(pattern, text):
    match = re.search(pattern, text)
    return match.group(1).strip() if match else "unknown"


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
