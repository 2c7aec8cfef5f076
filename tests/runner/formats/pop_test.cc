// Pop's folder: one file for each dialect, or one for all.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

TEST_CASE("Of each version the file of the target's dialect runs, or else the one for all") {
  FormatFolder folder("pop");
  folder.with("20200101000000_a.up.sql").with("20200101000000_a.sqlite3.up.sql").with("20200101000000_a.down.sql");
  folder.with("20200102000000_b.postgres.up.sql")
      .with("20200102000000_b.mysql.up.sql")
      .with("20200102000000_b.postgres.down.sql");
  folder.with("20200103000000_c.autocommit.up.sql").with("20200103000000_c.cockroach.autocommit.up.sql");
  CHECK(folder.detected() == "pop");
  CHECK(folder.lines() == Lines{"20200101000000 a 20200101000000_a.up.sql",
                                "20200102000000 b 20200102000000_b.postgres.up.sql",
                                "20200103000000 c 20200103000000_c.autocommit.up.sql"});
  CHECK(folder.read()[2].transaction_none);
  CHECK(folder.read()[1].undo->file == "20200102000000_b.postgres.down.sql");
  CHECK(folder.on(Dialect::sqlite).lines() == Lines{"20200101000000 a 20200101000000_a.sqlite3.up.sql",
                                                    "20200103000000 c 20200103000000_c.autocommit.up.sql"});
}

TEST_CASE("What Pop runs and is no SQL is refused by name") {
  FormatFolder fizz("pop");
  CHECK(fizz.with("1_a.postgres.up.sql").with("2_b.up.fizz", "").refuses("2_b.up.fizz: is written in fizz"));
  FormatFolder filled("pop");
  CHECK(filled.with("1_a.postgres.up.sql", "select 1;\nselect {{ .x }};\n")
            .refuses("1_a.postgres.up.sql:2: holds a template"));
  FormatFolder other("pop");
  CHECK(other.with("1_a.postgres.up.sql").with("x.sql").refuses("x.sql"));
}
