"""A throw-away PostgreSQL server: its own directory, a unix socket and no TCP, as user postgres where root runs it.

It does not sync to disk: what is compared is the work of the tools, not the speed of this machine's disk.
"""

import glob
import os
import shutil
import subprocess
import tempfile


def newest_binaries():
    """The server's own programs, not Debian's wrappers, which are Perl and start slowly."""
    versions = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not versions:
        raise SystemExit("bench: no PostgreSQL server under /usr/lib/postgresql: run ./dev bench, which installs it")
    return os.path.dirname(max(versions, key=lambda path: float(path.split("/")[4])))


def as_server_user(command):
    """initdb and postgres refuse to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


class PrivateServer:
    """Lives from `with` to the end of its block; then server and directory are gone."""

    def __init__(self, parent):
        self.binaries = newest_binaries()
        self.directory = tempfile.mkdtemp(prefix="drydock-bench-server-", dir=parent)
        self.user = "postgres"
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")

    def program(self, name):
        return os.path.join(self.binaries, name)

    def start_commands(self):
        data = os.path.join(self.directory, "data")
        settings = f"-k {self.directory} -c listen_addresses=''"
        return [
            as_server_user([self.program("initdb"), "--no-sync", "-A", "trust", "-U", self.user, "-D", data]),
            as_server_user(
                [self.program("pg_ctl"), "-D", data, "-o", settings, "-l", os.path.join(self.directory, "log"), "-w", "start"]
            ),
        ]

    def __enter__(self):
        try:
            for command in self.start_commands():
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        stop = [self.program("pg_ctl"), "-D", os.path.join(self.directory, "data"), "-m", "immediate", "-w", "stop"]
        subprocess.run(as_server_user(stop), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def psql(self, database, *arguments):
        return [self.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-U", self.user, "-d", database, *arguments]

    def execute(self, database, sql):
        subprocess.run(self.psql(database), input=f"SET client_min_messages = warning;\n{sql}", text=True, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    def make_empty(self, database):
        """Drops the database where it is there, and makes it again from template0, as new."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.execute("postgres", f"CREATE DATABASE {database} TEMPLATE template0")

    def url(self, database):
        return f"postgresql://{self.user}@/{database}?host={self.directory}"
