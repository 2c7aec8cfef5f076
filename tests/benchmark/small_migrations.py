"""A thousand small migrations on an empty database, without a rehearsal, against one session of the server's own shell
that runs the same statements, each migration in a transaction with one row of history."""

import os

from measure import Contender, compare
from small_files import write_folder, write_script


def run(setting):
    folder = os.path.join(setting.directory, "small_migrations")
    write_folder(folder, setting.migrations)
    on_postgres(setting, folder)
    on_sqlite(setting, folder)


def on_postgres(setting, folder):
    def make_empty():
        setting.server.make_empty("small_migrations")

    contenders = [
        Contender(
            "drydock migrate --no-rehearsal",
            [setting.drydock(setting.server.url("small_migrations"), folder, "migrate", "--no-rehearsal")],
            prepare=make_empty,
        )
    ]
    for name, between in (("psql, statement by statement", ";"), ("psql, one message a migration", "\\;")):
        script = os.path.join(setting.directory, f"script{len(contenders)}.sql")
        write_script(script, setting.migrations, between)
        command = setting.server.psql("small_migrations", "-f", script)
        contenders.append(Contender(name, [command], prepare=make_empty))
    compare(f"{setting.migrations} small migrations, PostgreSQL", contenders, setting.runs)


def on_sqlite(setting, folder):
    path = os.path.join(setting.directory, "small_migrations.db")
    script = os.path.join(setting.directory, "script_sqlite.sql")
    write_script(script, setting.migrations, ";")

    def remove():
        for ending in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(path + ending):
                os.remove(path + ending)

    contenders = [
        Contender(
            "drydock migrate --no-rehearsal",
            [setting.drydock("sqlite:" + path, folder, "migrate", "--no-rehearsal")],
            prepare=remove,
        ),
        Contender("sqlite3, one session", [["sqlite3", "-bail", path]], prepare=remove, stdin=script),
    ]
    compare(f"{setting.migrations} small migrations, SQLite", contenders, setting.runs)
