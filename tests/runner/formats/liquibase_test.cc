// Liquibase's formatted SQL: changesets, their attributes, and the order of the files.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"
#include "runner/formats/liquibase_filter.h"

using namespace drydock;

namespace {

constexpr const char* first_line = "--liquibase formatted sql\n";

std::string changeset(const std::string& attributes, const std::string& body = "select 1;\n") {
  return first_line + ("--changeset ann:1 " + attributes) + "\n" + body;
}

}  // namespace

TEST_CASE("Each changeset is a migration, with the lines that it has in its file") {
  FormatFolder folder("liquibase");
  folder.with("b.sql", std::string(first_line) + "-- changeset \"Ann B\":2\nselect 3;\n");
  folder.with("a.sql", std::string(first_line) +
                           "\n--changeset ann:1\n--comment: first\nselect 1;\n--rollback select 9;\n"
                           "--changeset ann:2 runInTransaction:false\nselect 2;\n");
  CHECK(folder.detected() == "liquibase");
  CHECK(folder.lines() == Lines{"ann:1 ann:1 a.sql", "ann:2 ann:2 a.sql", "Ann B:2 Ann B:2 b.sql"});
  const auto files = folder.read();
  CHECK(files[0].text == "\n\n\n--comment: first\nselect 1;\n");
  CHECK(*files[0].undo->text == "\n\n\n\n\nselect 9;\n");
  CHECK(files[1].text == "\n\n\n\n\n\n\nselect 2;\n");
  CHECK(files[1].transaction_none);
  CHECK_FALSE(files[1].undo);
  CHECK(files[0].recorded_as == "ann:1");
}

// Sums that Liquibase 4.28 wrote for these changesets.
TEST_CASE("A changeset has the sum that Liquibase keeps of it, whatever its blanks and its own comments") {
  FormatFolder folder("liquibase");
  folder.with("a.sql",
              std::string(first_line) +
                  "--property name:tab value:widgets\n"
                  "--changeset ann:a1\n--comment: makes it\n-- a usual comment\nCREATE TABLE ${tab} (\n  id "
                  "integer PRIMARY KEY, -- trailing\n  t text\n);\n\nINSERT INTO ${tab} VALUES (1, 'a  "
                  "b');\n--rollback DROP TABLE ${tab};\n\n"
                  "--changeset ann:a2 endDelimiter:GO\nSELECT 1\nGO\nSELECT 2\nGO\n\n"
                  "--changeset ann:a3 stripComments:false\n/* block\n comment */\nSELECT 3;\n--rollback empty\n"
                  "--changeset ann:a4\n--validCheckSum: ANY\nSELECT 4;\n"
                  "--changeset ann:a5\n--ignoreLines:1\nthis is nothing\nSELECT '\u00fcn\u00ef', '${nope}';\n"
                  "--changeset ann:a6 dbms:postgresql runOnChange:true\nSELECT 6\n");
  const auto files = folder.read();
  REQUIRE(files.size() == 6);
  CHECK(files[0].recorded_checksum == "9:aeaaba1ba9fd8d866e58e5c6df546c1a");
  CHECK(files[1].recorded_checksum == "9:e8aa4ecfc8d37ffd7d5351844d87f863");
  CHECK(files[2].recorded_checksum == "9:04ba8118ce578346717495cbf8acf797");
  CHECK(files[3].recorded_checksum.empty());  // the file allows others
  CHECK(files[4].recorded_checksum == "9:5bcaf609f1b9d170d48c88efe4058cf2");
  CHECK(files[5].recorded_checksum == "9:6e67f1294c6a5b39fa27deef310fa64d");
}

TEST_CASE("Changesets of one author and id in two files bear the path of the file") {
  FormatFolder folder("liquibase");
  folder.with("a.sql", changeset("")).with("b.sql", changeset(""));
  CHECK(folder.lines() == Lines{"a.sql::ann:1 a.sql::ann:1 a.sql", "b.sql::ann:1 b.sql::ann:1 b.sql"});
  CHECK(folder.read()[1].recorded_as == "b.sql::1::ann");
  FormatFolder same("liquibase");
  CHECK(same.with("a.sql", changeset("", "--changeset ann:1\n")).refuses("a.sql:3: ann:1 is there already, on line 2"));
}

TEST_CASE("What the attributes of a changeset say of when it runs is honoured or refused") {
  struct Row {
    const char* attributes;
    std::size_t migrations;
    const char* refusal;
  };
  const Row rows[] = {
      {"splitStatements:false stripComments:true", 1, ""},
      {"dbms:postgresql,h2", 1, ""},
      {"dbms:mysql", 0, ""},
      {"dbms:!postgresql", 0, ""},
      {"ignore:true", 0, ""},
      {"context:test", 0, ""},
      {"contextFilter:\"prod and !eu\"", 1, ""},
      {"labels:x", 1, ""},
      {"failOnError:true runWith:jdbc runAlways:false", 1, ""},
      {"runAlways:true", 0, "a.sql:2: ann:1 has runAlways:true"},
      {"failOnError:false", 0, "has failOnError:false"},
      {"runWith:psql", 0, "has runWith:psql"},
      {"runOrder:last", 0, "has runOrder:last"},
      {"endDelimiter:\\s*GO", 0, "a delimiter that is a pattern"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.attributes);
    FormatFolder folder("liquibase");
    folder.where("LIQUIBASE_COMMAND_CONTEXTS", "prod").with("a.sql", changeset(row.attributes));
    if (*row.refusal != '\0')
      CHECK(folder.refuses(row.refusal));
    else
      CHECK(folder.read().size() == row.migrations);
  }
  FormatFolder all("liquibase");
  CHECK(all.with("a.sql", changeset("context:test")).read().size() == 1);
}

TEST_CASE("A changeset that runs on change is a repeatable migration") {
  FormatFolder folder("liquibase");
  folder.with("a.sql", changeset("runOnChange:true", "select 1;\n--changeset ann:2\nselect 2;\n"));
  CHECK(folder.lines() == Lines{"ann:2 ann:2 a.sql", "R__ann:1 ann:1 a.sql"});
}

TEST_CASE("Delimiters, properties, ignored lines and rollbacks make the text that runs") {
  FormatFolder folder("liquibase");
  folder.with("a.sql", std::string(first_line) +
                           "--property name:schema value:app dbms:postgresql\n--property name:schema value:late\n"
                           "--changeset ann:1 endDelimiter:/\nselect '/${schema}${other}'\n/\nselect 2\n/\n"
                           "--ignoreLines:1\nnonsense\n--ignoreLines:start\nmore\n--ignoreLines:end\n"
                           "/* liquibase rollback\nselect 3;\n*/\n--rollback empty\n--preconditions onFail:HALT\n");
  const MigrationFile file = folder.read()[0];
  CHECK(file.text ==
        "\n\n\n\nselect '/app${other}'\n;\nselect 2\n;\n" + std::string(9, '\n') + "--preconditions onFail:HALT\n");
  CHECK(*file.undo->text == std::string(14, '\n') + "select 3;\n\n");
}

TEST_CASE("What would be passed over in silence is refused with its line") {
  struct Row {
    std::string text;
    const char* refusal;
  };
  const Row rows[] = {
      {std::string(first_line) + "select 1;\n", "a.sql:2: a statement stands in front of the first changeset"},
      {std::string(first_line) + "--changeset ann\n", "a.sql:2: a changeset is written: --changeset author:id"},
      {changeset("", "--precondition-sql-check expectedResult:0 select 1\n"), "a.sql:3: ann:1 has a precondition"},
      {changeset("", "--rollback changesetId:0 changesetAuthor:x\n"), "a.sql:3: ann:1 is taken back by another"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.refusal);
    FormatFolder folder("liquibase");
    CHECK(folder.with("a.sql", row.text).refuses(row.refusal));
  }
}

TEST_CASE("A master changelog gives the order of the files") {
  const char* yaml =
      "databaseChangeLog:\n  # all of it\n  - include:\n      file: sql/b.sql\n      relativeToChangelogFile: true\n"
      "  - includeAll:\n      path: sql/more/\n      relativeToChangelogFile: true\n";
  const char* xml =
      "<?xml version=\"1.0\"?>\n<!-- <changeSet/> -->\n<databaseChangeLog\n xmlns=\"x\">\n"
      "  <include file=\"sql/b.sql\" relativeToChangelogFile=\"true\"/>\n  <includeAll path=\"sql/more\"/>\n"
      "</databaseChangeLog>\n";
  for (const auto& [name, text] : {std::pair{"db.changelog-master.yaml", yaml}, std::pair{"master.xml", xml}}) {
    CAPTURE(name);
    FormatFolder folder("liquibase");
    folder.with(name, text).with("sql/a.sql", changeset("")).with("other.yaml", "a: b\n");
    folder.with("sql/b.sql", std::string(first_line) + "--changeset ann:b\n");
    folder.with("sql/more/2.sql", "select 2;\n")
        .with("sql/more/1.sql", std::string(first_line) + "--changeset ann:m\n");
    CHECK(folder.detected() == "liquibase");
    CHECK(folder.lines() ==
          Lines{"ann:b ann:b sql/b.sql", "ann:m ann:m sql/more/1.sql", "includeAll:raw includeAll:raw sql/more/2.sql"});
  }
}

TEST_CASE("A changelog that holds more than includes is refused by name and line") {
  struct Row {
    const char* file;
    const char* text;
    const char* refusal;
  };
  const Row rows[] = {
      {"m.xml", "<databaseChangeLog>\n<changeSet id=\"1\"/>\n</databaseChangeLog>", "m.xml:2: holds <changeSet>"},
      {"m.xml", "<databaseChangeLog>\n<include file=\"a.sql\" context=\"x\"/>\n",
       "m.xml:2: holds the attribute context"},
      {"m.yaml", "databaseChangeLog:\n- changeSet:\n    id: 1\n", "m.yaml:2: holds changeSet"},
      {"m.yaml", "databaseChangeLog:\n- include:\n    file: gone.sql\n    relativeToChangelogFile: true\n",
       "m.yaml:2: includes gone.sql"},
      {"m.yaml", "databaseChangeLog:\n- include:\n    file: m.yaml\n    relativeToChangelogFile: true\n",
       "includes itself"},
      {"m.json", "{\"databaseChangeLog\": []}", "m.json: is a changelog in JSON"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.refusal);
    FormatFolder folder("liquibase");
    folder.with(row.file, row.text).with("a.sql", changeset(""));
    CAPTURE(folder.error());
    CHECK(folder.refuses(row.refusal));
  }
}

TEST_CASE("Contexts, labels and databases are compared as Liquibase does") {
  struct Row {
    const char* expression;
    const char* given;
    bool holds;
  };
  const Row rows[] = {
      {"prod", "PROD", true},
      {"prod", "test", false},
      {"a or b", "b", true},
      {"a, b", "b", true},
      {"a and b", "b", false},
      {"a and b", "b,a", true},
      {"!a", "b", true},
      {"not a", "a", false},
      {"(a or b) and !c", "b", true},
      {"(a or b) and !c", "b, c", false},
      {"order", "order", true},
      {"", "x", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CAPTURE(row.given);
    CHECK(holds(row.expression, row.given) == row.holds);
  }
  CHECK(is_for_database("postgresql, h2", Dialect::postgres));
  CHECK_FALSE(is_for_database("h2", Dialect::postgres));
  CHECK(is_for_database("!h2", Dialect::sqlite));
  CHECK_FALSE(is_for_database("!h2,!sqlite", Dialect::sqlite));
  CHECK_FALSE(is_for_database("none", Dialect::sqlite));
}

TEST_CASE("A new changeset has a file of its own with the next number") {
  FormatFolder folder("liquibase");
  const auto file = folder.with("sql/009-a.sql", changeset("")).format().next_files(folder.read(), "Add posts")[0];
  CHECK(file.file == "sql/010_add_posts.sql");
  CHECK(folder.with(file.file, file.text).read().back().name.ends_with(":010_add_posts"));
}
