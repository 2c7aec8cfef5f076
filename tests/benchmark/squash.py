"""Folding a thousand small migrations into one proved baseline, against what the proof replaces when it is done by hand:
three replays by psql and two dumps of the schema. And the comparison of two schemas of a thousand tables."""

import os

from measure import Contender, compare
from small_files import write_folder, write_script


def run(setting):
    folder = os.path.join(setting.directory, "squash")
    write_folder(folder, setting.migrations)
    script = os.path.join(setting.directory, "squash.sql")
    write_script(script, setting.migrations, ";")
    fold(setting, folder, script)
    compare_schemas(setting)


def fold(setting, folder, script):
    names = ["squash_1", "squash_2", "squash_3"]
    server = setting.server

    def make_empty():
        for name in names:
            server.make_empty(name)

    through = f"{setting.migrations:04}"
    by_hand = [server.psql(name, "-f", script) for name in names]
    by_hand += [
        [server.program("pg_dump"), "-h", server.directory, "-U", server.user, "-s", "-f", os.devnull, name]
        for name in names[:2]
    ]
    contenders = [
        Contender(
            "drydock squash --dry-run",
            [[setting.binary, "--migrations", folder, "squash", "--dialect", "postgres", "--through", through, "--dry-run"]],
        ),
        Contender("psql three times, pg_dump -s twice", by_hand, prepare=make_empty),
    ]
    compare(f"{setting.migrations} small migrations folded, PostgreSQL", contenders, setting.runs)


def compare_schemas(setting):
    server = setting.server
    names = ["schema_1", "schema_2"]
    for name in names:
        server.make_empty(name)
        for first in range(0, 1000, 250):  # one transaction would hold more locks than a server has room for
            server.execute(
                name,
                "DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text, "
                f"b integer NOT NULL DEFAULT 0, c timestamptz)', i + {first}); END LOOP; END $$",
            )
    urls = [server.url(name) for name in names]
    dumps = [
        [server.program("pg_dump"), "-h", server.directory, "-U", server.user, "-s", "-f", os.devnull, name]
        for name in names
    ]
    contenders = [
        Contender("drydock schema diff", [[setting.binary, "schema", "diff", *urls]]),
        Contender("pg_dump -s twice", dumps),
    ]
    compare("Two schemas of 1,000 tables compared, PostgreSQL", contenders, setting.runs)
