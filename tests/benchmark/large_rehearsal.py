"""The rehearsal of one small migration on much data, against the cheapest copy that the usual tools make of it:
initdb, start, pg_dump -Fd -j2 and pg_restore -j2 for PostgreSQL, cp for SQLite."""

import os
import shutil
import subprocess

from measure import Contender, compare
from private_server import PrivateServer, as_server_user

TABLES = 8
ROW_BYTES = 270


def run(setting):
    folder = os.path.join(setting.directory, "large_rehearsal")
    os.makedirs(folder)
    with open(os.path.join(folder, "0001_create_tables.sql"), "w", encoding="utf-8") as file:
        for number in range(TABLES):
            file.write(f"CREATE TABLE large_{number} (id integer PRIMARY KEY, label text NOT NULL, payload text);\n")
    on_postgres(setting, folder)
    on_sqlite(setting, folder)


def rows_per_table(setting):
    return setting.megabytes * 1_000_000 // TABLES // ROW_BYTES


def prepare_database(setting, folder, url, fill):
    """Migrated to 0001 while empty, then filled, then one migration more is pending."""
    pending = os.path.join(folder, "0002_add_column.sql")
    if os.path.exists(pending):
        os.remove(pending)
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(setting.drydock(url, folder, "migrate", "--no-rehearsal"), **quiet)
    fill()
    with open(pending, "w", encoding="utf-8") as file:
        file.write("ALTER TABLE large_0 ADD COLUMN remark text;\n")


def on_postgres(setting, folder):
    server = setting.server
    server.make_empty("large_rehearsal")

    def fill():
        for number in range(TABLES):
            server.execute(
                "large_rehearsal",
                f"INSERT INTO large_{number} SELECT i, 'label ' || i, repeat(md5(i::text), 6)"
                f" FROM generate_series(1, {rows_per_table(setting)}) AS i",
            )
        server.execute("large_rehearsal", "VACUUM ANALYZE")
        server.execute("large_rehearsal", "CHECKPOINT")

    url = server.url("large_rehearsal")
    prepare_database(setting, folder, url, fill)
    size = subprocess.run(
        server.psql("large_rehearsal", "-c", "SELECT pg_size_pretty(pg_database_size(current_database()))"),
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    copy = DumpAndRestore(setting, "large_rehearsal")
    contenders = [
        Contender("drydock rehearse", [setting.drydock(url, folder, "rehearse")]),
        Contender("initdb, start, pg_dump -j2, pg_restore -j2", copy.commands, prepare=copy.prepare, clean=copy.clean),
    ]
    compare(f"A rehearsal on {size}, PostgreSQL", contenders, setting.runs)
    server.execute("postgres", "DROP DATABASE large_rehearsal WITH (FORCE)")


class DumpAndRestore:
    """The copy that a careful person makes by hand. Its commands name the directories of one run, so it is used for one
    run after the other."""

    def __init__(self, setting, database):
        self.setting = setting
        self.server = PrivateServer(setting.directory)
        self.archive = os.path.join(self.server.directory, "archive")
        source = ["-h", setting.server.directory, "-U", setting.server.user]
        target = ["-h", self.server.directory, "-U", self.server.user]
        self.commands = [
            *self.server.start_commands(),
            as_server_user([self.server.program("pg_dump"), *source, "-Fd", "-Z0", "-j2", "-f", self.archive, database]),
            as_server_user([self.server.program("pg_restore"), *target, "-j2", "-d", "postgres", self.archive]),
        ]

    def prepare(self):
        os.makedirs(self.server.directory, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.server.directory, "postgres", "postgres")

    def clean(self):
        self.server.remove()


def on_sqlite(setting, folder):
    path = os.path.join(setting.directory, "large.db")
    copy = os.path.join(setting.directory, "large.copy.db")

    def fill():
        count = rows_per_table(setting)
        sql = "".join(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            f" INSERT INTO large_{number} SELECT i, 'label ' || i, hex(zeroblob(110)) FROM n;\n"
            for number in range(TABLES)
        )
        subprocess.run(["sqlite3", "-bail", path], input=f"BEGIN;\n{sql}COMMIT;\n", text=True, check=True)

    prepare_database(setting, folder, "sqlite:" + path, fill)
    contenders = [
        Contender("drydock rehearse", [setting.drydock("sqlite:" + path, folder, "rehearse")]),
        Contender("cp", [["cp", path, copy]], clean=lambda: os.path.exists(copy) and os.remove(copy)),
    ]
    compare(f"A rehearsal on {os.path.getsize(path) // 1_000_000} MB, SQLite", contenders, setting.runs)
