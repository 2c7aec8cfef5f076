"""Times commands against each other: in turns, so that a busy moment of the machine meets all of them alike."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass
class Contender:
    """One way of doing the job. prepare and clean run before and after each run, and are not timed."""

    name: str
    commands: list  # of argument lists, run one after the other
    prepare: Callable[[], None] = lambda: None
    clean: Callable[[], None] = lambda: None
    environment: Optional[dict] = None
    stdin: Optional[str] = None  # a file
    seconds: list = field(default_factory=list)
    peak_kib: int = 0  # of the largest single process


class CommandFailed(Exception):
    pass


def run_once(contender):
    environment = {**os.environ, **(contender.environment or {})}
    started = time.perf_counter()
    for command in contender.commands:
        with open(contender.stdin or os.devnull, "rb") as stdin, open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen(command, stdin=stdin, stdout=nowhere, stderr=subprocess.PIPE, env=environment)
            complaint = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            process.stderr.close()
        if process.returncode != 0:
            text = complaint.decode(errors="replace")[-2000:]
            raise CommandFailed(f"{contender.name}: {' '.join(command)} ended with {process.returncode}\n{text}")
        contender.peak_kib = max(contender.peak_kib, usage.ru_maxrss)
    contender.seconds.append(time.perf_counter() - started)


def compare(title, contenders, runs):
    """Runs them in turns and prints a table; the first contender is drydock, the others are what it is held against."""
    for _ in range(runs):
        for contender in contenders:
            contender.prepare()
            try:
                run_once(contender)
            finally:
                contender.clean()
    own = statistics.median(contenders[0].seconds)
    print(f"\n{title}")
    print(f"  {'':44} {'median':>10} {'min':>10} {'max':>10} {'peak MiB':>9}  {'drydock takes':>13}")
    for contender in contenders:
        median = statistics.median(contender.seconds)
        ratio = "" if contender is contenders[0] else f"{own / median:11.2f} x"
        print(
            f"  {contender.name:44} {median:8.3f} s {min(contender.seconds):8.3f} s {max(contender.seconds):8.3f} s"
            f" {contender.peak_kib / 1024:9.1f}  {ratio:>13}"
        )
    sys.stdout.flush()
