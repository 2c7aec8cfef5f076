"""Times commands against each other: in turns, so that a busy moment of the machine meets all of them alike."""

import os
import statistics
import subprocess
import sys
import tempfile
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
    stdin: Optional[str] = None  # a file
    seconds: list = field(default_factory=list)
    peak_kib: int = 0


class CommandFailed(Exception):
    pass


def finish(contender, command, complaint, code):
    if code != 0:
        complaint.seek(0)
        text = complaint.read()[-2000:].decode(errors="replace")
        raise CommandFailed(f"{contender.name}: {' '.join(command)} ended with {code}\n{text}")


def start(contender, command, complaint):
    with open(contender.stdin or os.devnull, "rb") as stdin:
        return subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=complaint)


def time_once(contender):
    started = time.perf_counter()
    for command in contender.commands:
        with tempfile.TemporaryFile() as complaint:
            finish(contender, command, complaint, start(contender, command, complaint).wait())
    contender.seconds.append(time.perf_counter() - started)


def watch_memory_once(contender):
    """The kernel's own high-water mark, read until the process is gone: what wait4() reports begins with the size of
    this Python. A run apart, since reading disturbs the clock."""
    (command,) = contender.commands
    with tempfile.TemporaryFile() as complaint:
        process = start(contender, command, complaint)
        while process.poll() is None:
            contender.peak_kib = max(contender.peak_kib, high_water_mark(process.pid))
            time.sleep(0.0005)
        finish(contender, command, complaint, process.returncode)


def high_water_mark(pid):
    """0 for a process that has just ended: it has no memory any more."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return sum(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def run_between(contender, run):
    contender.prepare()
    try:
        run(contender)
    finally:
        contender.clean()


def compare(title, contenders, runs):
    """Runs them in turns and prints a table; the first contender is drydock, the others are what it is held against."""
    for _ in range(runs):
        for contender in contenders:
            run_between(contender, time_once)
    for contender in contenders:
        if len(contender.commands) == 1:
            run_between(contender, watch_memory_once)
    own = statistics.median(contenders[0].seconds)
    print(f"\n{title}")
    print(f"  {'':44} {'median':>10} {'min':>10} {'max':>10} {'peak MiB':>9}  {'drydock takes':>13}")
    for contender in contenders:
        median = statistics.median(contender.seconds)
        ratio = "" if contender is contenders[0] else f"{own / median:11.2f} x"
        peak = f"{contender.peak_kib / 1024:.1f}" if contender.peak_kib else ""
        print(
            f"  {contender.name:44} {median:8.3f} s {min(contender.seconds):8.3f} s {max(contender.seconds):8.3f} s"
            f" {peak:>9}  {ratio:>13}"
        )
    sys.stdout.flush()
