"""Runs real Alembic for the tests: `driver.py URL`, a command a line on standard input, an answer a line on standard output.

Commands are `upgrade TARGET`, `downgrade TARGET`, `stamp TARGET`, `check` and `current`. An answer is `ok`, followed by what the
command printed, or `error` and its text.
"""

import contextlib
import io
import logging
import pathlib
import sys

import alembic.command
import alembic.config
import alembic.util

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here))
sys.dont_write_bytecode = True
logging.disable(logging.CRITICAL)


def run(config, words):
    verb, *arguments = words
    if verb == "check":
        alembic.command.check(config)
    elif verb == "current":
        alembic.command.current(config)
    else:
        getattr(alembic.command, verb)(config, *arguments)


def main():
    printed = io.StringIO()
    config = alembic.config.Config(stdout=printed)
    config.set_main_option("script_location", str(here))
    config.attributes["url"] = sys.argv[1]
    for line in sys.stdin:
        printed.seek(0)
        printed.truncate()
        try:
            with contextlib.redirect_stdout(printed):
                run(config, line.split())
            answer = "ok " + " ".join(printed.getvalue().split())
        except Exception as error:  # whatever it is, the test wants to see it
            answer = "error " + " ".join(str(error).split())
        print(answer.strip(), flush=True)


main()
