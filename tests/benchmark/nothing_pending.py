"""What every deployment pays: a thousand migrations are applied already, and none is pending."""

import os
import subprocess

from measure import Contender, compare
from small_files import write_folder


def run(setting):
    folder = os.path.join(setting.directory, "nothing_pending")
    write_folder(folder, setting.migrations)
    setting.server.make_empty("nothing_pending")
    databases = {
        "PostgreSQL": setting.server.url("nothing_pending"),
        "SQLite": "sqlite:" + os.path.join(setting.directory, "nothing_pending.db"),
    }
    for name, url in databases.items():
        migrate = setting.drydock(url, folder, "migrate")
        subprocess.run([*migrate, "--no-rehearsal"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        contenders = [Contender("drydock migrate", [migrate])]
        if name == "PostgreSQL":
            psql = setting.server.psql("nothing_pending", "-c", "select 1")
            contenders.append(Contender("psql -c 'select 1'", [psql]))
        compare(f"Nothing pending, {setting.migrations} applied, {name}", contenders, setting.runs)
