"""Folders of many small migrations, and the same statements as one script for psql or sqlite3."""

import os

HISTORY = "CREATE TABLE bench_history (version text PRIMARY KEY, name text, checksum text, body text, applied_at text);\n"


def statements(number):
    """A cycle of four that leaves a schema as real histories do: a table, a column, an index, some rows."""
    table = f"item_{(number - 1) // 4:04}"
    return [
        [f"CREATE TABLE {table} (id integer PRIMARY KEY, label text NOT NULL)"],
        [f"ALTER TABLE {table} ADD COLUMN weight integer"],
        [f"CREATE INDEX {table}_by_label ON {table} (label)"],
        [f"INSERT INTO {table} (id, label) VALUES (1, 'one'), (2, 'two')", f"UPDATE {table} SET weight = id * 2"],
    ][(number - 1) % 4]


def write_folder(folder, count):
    os.makedirs(folder)
    for number in range(1, count + 1):
        with open(os.path.join(folder, f"{number:04}_step.sql"), "w", encoding="utf-8") as file:
            file.write(";\n".join(statements(number)) + ";\n")


def write_script(path, count, between):
    """Each migration in its transaction with one row of history. `between` parts the statements of one: ';' sends them
    one by one, psql's '\\;' joins them to one message."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(HISTORY)
        for number in range(1, count + 1):
            body = ";".join(statements(number)).replace("'", "''")
            record = f"INSERT INTO bench_history VALUES ('{number:04}', 'step', '{'0' * 64}', '{body}', CURRENT_TIMESTAMP)"
            file.write(f"{between}\n".join(["BEGIN", *statements(number), record, "COMMIT"]) + ";\n")
