"""Runs the benchmarks: drydock against the tools that people would use without it, as ratios of medians in one run.

No time is asserted anywhere: machines differ, ratios on one machine tell.
"""

import argparse
import os
import signal
import sys
import tempfile
from dataclasses import dataclass

import large_rehearsal
import nothing_pending
import small_migrations
import squash
from measure import CommandFailed
from private_server import PrivateServer

BENCHMARKS = {
    "nothing-pending": nothing_pending,
    "small-migrations": small_migrations,
    "large-rehearsal": large_rehearsal,
    "squash": squash,
}


@dataclass
class Setting:
    """What every benchmark is given."""

    binary: str
    server: PrivateServer
    directory: str  # everything is made below it, and goes with it
    runs: int
    migrations: int
    megabytes: int

    def drydock(self, url, folder, *arguments):
        return [self.binary, "--database", url, "--migrations", folder, *arguments]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all of them by default")
    parser.add_argument("--drydock", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, help="of each contender (%(default)s)")
    parser.add_argument("--migrations", type=int, default=1000, help="small ones (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=200, help="of data for large-rehearsal (%(default)s)")
    parser.add_argument("--directory", help="for everything that is made (the system's temporary directory)")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in BENCHMARKS:
            parser.error(f"no benchmark is called {name}: there are {', '.join(BENCHMARKS)}")
    return arguments


def forget_environment():
    """A DRYDOCK_ or PG variable of the caller's must not decide what is measured, least of all on which database."""
    for name in list(os.environ):
        if name.startswith(("DRYDOCK_", "PG")) or name == "DATABASE_URL":
            del os.environ[name]


def main():
    arguments = parse_arguments()
    forget_environment()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every `with` below cleans up
    with tempfile.TemporaryDirectory(prefix="drydock-bench-", dir=arguments.directory) as directory:
        os.chmod(directory, 0o711)  # the server's user goes through it
        with PrivateServer(directory) as server:
            setting = Setting(
                os.path.abspath(arguments.drydock), server, directory,
                arguments.runs, arguments.migrations, arguments.megabytes,
            )  # fmt: skip
            os.chdir(directory)  # where no drydock.toml is
            for name in arguments.names or BENCHMARKS:
                BENCHMARKS[name].run(setting)


if __name__ == "__main__":
    try:
        main()
    except CommandFailed as failure:
        sys.exit(f"bench: {failure}")
