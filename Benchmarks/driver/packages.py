"""Debian packages that a program needs and the machine lacks."""

import functools
import os
import shutil
import subprocess

from .places import say


class Missing(Exception):
    """Something cannot be had here; the text says what and why."""


def need(available, packages):
    """Sees to it that `available()` is true, by installing packages where that is possible."""
    if available():
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(f"it needs {' '.join(packages)} (Debian's names), and only root can install that, with apt-get")
    say(f"installing {' '.join(packages)}")
    update()
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    run(install, f"apt-get could not install {' '.join(packages)}", env=environment)
    if not available():
        raise Missing(f"{' '.join(packages)} did not bring what it needs")


@functools.cache
def update():
    run(["apt-get", "update", "-qq"], "apt-get update failed")


def run(command, problem, **options):
    """Runs a command, whose output matters only if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **options)
    if done.returncode:
        last = " / ".join(done.stdout.strip().splitlines()[-3:])
        raise Missing(f"{problem}: {last}")
    return done.stdout
