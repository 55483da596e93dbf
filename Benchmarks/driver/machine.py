"""What it was measured on."""

import datetime
import os
import platform
import re
import subprocess

from .places import ROOT


def description(server_version):
    """Names and values for the report."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output("git", "-C", ROOT, "describe", "--always", "--dirty"),
        "machine": f"{processor()}, {os.cpu_count()} cores, {memory()} GiB, {platform.system()} {platform.release()}",
        "Swift": first(r"Swift version (\S+)", output("swift", "--version")),
        "PostgreSQL": server_version,
    }


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return first(r"model name\s*: (.*)", file.read())
    except OSError:
        return platform.processor() or platform.machine()


def memory():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def first(pattern, text):
    match = re.search(pattern, text)
    return match.group(1).strip() if match else "unknown"


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
