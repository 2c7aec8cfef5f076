// Migrations are taken back by the same way on which they came: rehearsed, judged, guarded, recorded.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

void check_code(const Ran& ran, int code) {
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
}

std::string history_of(const Project& project) {
  return project.kind() == Project::Kind::sqlite ? "drydock_history" : "drydock.history";
}

// Schema, rows and record, as one text.
std::string everything_in(const Project& project) {
  std::string text = project.drydock({"schema", "dump"}).out;
  text += project.value("SELECT count(*) || ' ' || max(sequence) FROM " + history_of(project));
  const std::string list = project.kind() == Project::Kind::sqlite ? "group_concat" : "string_agg";
  if (project.has_table("legacy"))
    text += project.value(
        "SELECT " + list +
        "(coalesce(id, 0) || ':' || coalesce(note, '-'), ',') FROM (SELECT * FROM legacy ORDER BY id) AS l");
  return text;
}

void check_refused(const Project& project, const std::vector<std::string>& words, int code, const std::string& says) {
  const std::string before = everything_in(project);
  const Ran ran = project.drydock(words);
  check_code(ran, code);
  INFO(ran.out, ran.err);
  CHECK(ran.says(says));
  CHECK(everything_in(project) == before);
}

std::string state_of(const Project& project, const std::string& version) {
  const auto document = nlohmann::json::parse(project.drydock({"status", "--json"}).out);
  for (const auto& migration : document.at("migrations"))
    if (migration.at("version") == version) return migration.at("state");
  return "not there";
}

// `legacy` with three rows at version 1; version 2 adds a column and is applied, with this undo.
void with_column(const Project& project, const std::string& undo) {
  project.with_pending_column();
  if (!undo.empty()) project.write("migrations/0002_add_colour.undo.sql", undo);
  check_code(project.drydock({"migrate"}), 0);
}

const std::string drop_column = "ALTER TABLE legacy DROP COLUMN colour;\n";

TEST_CASE("what is undone is pending, and is migrated again") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_column(project, drop_column);
    const Ran undone = project.drydock({"undo"});
    check_code(undone, 0);
    CHECK(undone.says("1 migration is to be undone: 0002"));
    CHECK(undone.says("undone 0002 add_colour"));
    CHECK(state_of(project, "0002") == "pending");
    check_code(project.drydock({"status", "--check"}), 9);
    CHECK(project.value("SELECT kind || attempt FROM " + history_of(project) + " ORDER BY sequence DESC LIMIT 1") ==
          "undo2");
    CHECK(project.value("SELECT rehearsal FROM " + history_of(project) + " WHERE kind = 'undo'").find("sha256:") !=
          std::string::npos);
    check_code(project.drydock({"migrate"}), 0);
    CHECK(state_of(project, "0002") == "applied");
    CHECK(project.value("SELECT count(*) FROM legacy WHERE colour IS NULL") == "3");
    CHECK(project.value("SELECT count(*) FROM " + history_of(project) + " WHERE version = '0002'") == "3");
  }
}

TEST_CASE("an undo that loses values is rejected, whatever the migration consents to, until it consents itself") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    const std::string consent =
        "-- drydock:consent column-dropped " + project.table("legacy") + ".colour reason=\"back to before\"\n";
    project.with_pending_column();
    project.write("migrations/0002_add_colour.sql", consent + project.read("migrations/0002_add_colour.sql"));
    project.write("migrations/0002_add_colour.undo.sql", drop_column);
    check_code(project.drydock({"migrate"}), 0);
    project.sql("UPDATE legacy SET colour = 'red' WHERE id < 3");
    check_refused(project, {"undo"}, 3, "drydock undo refuses it");
    check_refused(project, {"undo", "--no-rehearsal"}, 3, "the guard rolled the transaction back");
    CHECK(state_of(project, "0002") == "applied");

    project.write("migrations/0002_add_colour.undo.sql", consent + drop_column);
    const Ran ran = project.drydock({"undo", "--json"});
    check_code(ran, 0);
    const auto document = nlohmann::json::parse(ran.out);
    CHECK(document.at("schema") == "drydock.undo/1");
    CHECK(document.at("result") == "undone");
    CHECK(document.at("undone") == nlohmann::json{"0002"});
    CHECK(document.at("rehearsal").at("verdict") == "consented");
    CHECK(state_of(project, "0002") == "pending");
  }
}

TEST_CASE("several are undone from the top down, by number or down to a version, and then nothing is left") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    for (const std::string number : {"1", "2", "3", "4"}) {
      project.write("migrations/" + number + "_t.sql", "CREATE TABLE t" + number + " (id integer);\n");
      project.write("migrations/" + number + "_t.undo.sql", "DROP TABLE t" + number + ";\n");
    }
    check_code(project.drydock({"migrate"}), 0);
    const Ran one = project.drydock({"undo"});
    check_code(one, 0);
    CHECK(one.says("no shadow is made"));
    check_code(project.drydock({"undo", "--to", "0001"}), 0);
    CHECK(project.has_table("t1"));
    CHECK_FALSE(project.has_table("t2"));
    CHECK(project.value("SELECT " +
                        std::string(kind == Project::Kind::sqlite ? "group_concat(version, '')"
                                                                  : "string_agg(version, '' ORDER BY sequence)") +
                        " FROM " + history_of(project) + " WHERE kind = 'undo'") == "432");
    check_code(project.drydock({"undo", "--to", "1"}), 0);
    check_code(project.drydock({"migrate"}), 0);
    check_code(project.drydock({"undo", "--steps", "2"}), 0);
    CHECK(project.has_table("t2"));
    CHECK_FALSE(project.has_table("t3"));
    check_code(project.drydock({"undo", "--to", "0"}), 0);
    CHECK_FALSE(project.has_table("t1"));
    const Ran nothing = project.drydock({"undo"});
    check_code(nothing, 0);
    CHECK(nothing.says("Nothing is to be undone"));
  }
}

TEST_CASE("what cannot be undone is refused with what to do, and nothing is changed") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_column(project, "");
    check_refused(project, {"undo"}, 2, "0002_add_colour.undo.sql");
    project.write("migrations/0002_add_colour.undo.sql", "-- to be written\n");
    check_refused(project, {"undo"}, 2, "holds no statement");
    project.write("migrations/0002_add_colour.undo.sql", drop_column);
    // The whole plan, or nothing of it.
    check_refused(project, {"undo", "--steps", "2"}, 2, "0001_create_legacy.undo.sql");
    check_refused(project, {"undo", "--steps", "1", "--to", "0001"}, 2, "not both");
    check_refused(project, {"undo", "--steps", "0"}, 2, "--steps");
    check_refused(project, {"undo", "--to", "0009"}, 2, "no migration in the folder has this version");
    check_refused(project, {"undo", "--environment", "production"}, 5, "is stamped as");

    const std::string up = project.read("migrations/0002_add_colour.sql");
    project.write("migrations/0002_add_colour.sql", "ALTER TABLE legacy ADD COLUMN color text;\n");
    check_refused(project, {"undo"}, 4, "was changed after it was applied");
    project.write("migrations/0002_add_colour.sql", up);

    project.write("migrations/0002_add_colour.undo.sql", drop_column + "DROP TABLE not_there;\n");
    check_refused(project, {"undo"}, 3, "0002_add_colour.undo.sql:2");
    project.write("drydock.toml", "[environments.development]\nprotected = true\n");
    check_refused(project, {"undo", "--no-rehearsal"}, 2, "is protected");
  }
}

TEST_CASE("an undo below a baseline is refused with the reason") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    for (const std::string number : {"1", "2", "3"})
      project.write("migrations/" + number + "_t.sql", "CREATE TABLE t" + number + " (id integer);\n");
    project.write("migrations/3_t.undo.sql", "DROP TABLE t3;\n");
    check_code(project.drydock({"squash", "--through", "2"}), 0);
    check_code(project.drydock({"migrate"}), 0);
    check_refused(project, {"undo", "--steps", "2"}, 4, "an undo below a baseline is refused");
    check_refused(project, {"undo", "--to", "1"}, 4, "an undo below a baseline is refused");
    check_code(project.drydock({"undo"}), 0);
    check_refused(project, {"undo"}, 4, "an undo below a baseline is refused");
  }
}

TEST_CASE("an undo that stopped between its transactions goes on where it stopped") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/1_t.sql", "CREATE TABLE t1 (id integer);\nCREATE TABLE t2 (id integer);\n");
    project.write("migrations/1_t.undo.sql", "DROP TABLE t2;\nCOMMIT;\nBEGIN;\nDROP TABLE not_there;\n");
    check_code(project.drydock({"migrate"}), 0);
    const Ran failed = project.drydock({"undo"});
    check_code(failed, 8);
    CHECK(failed.says("1_t.undo.sql:4"));
    CHECK(state_of(project, "1") == "failed");
    CHECK(project.drydock({"status"}).says("run `drydock undo`, which goes on behind it"));
    check_refused(project, {"migrate"}, 4, "half undone");

    project.write("migrations/1_t.undo.sql", "DROP TABLE t2;\nCOMMIT;\nBEGIN;\nDROP TABLE t1;\n");
    check_code(project.drydock({"undo"}), 0);
    CHECK(state_of(project, "1") == "pending");
    CHECK_FALSE(project.has_table("t1"));
    check_code(project.drydock({"migrate"}), 0);
    CHECK(project.has_table("t2"));
  }
}

TEST_CASE("an undo that died beside a statement outside a transaction is settled, and takes back no other version") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/1_t.sql", "CREATE TABLE t1 (id integer);\n");
  project.write("migrations/1_t.undo.sql", "DROP TABLE t1;\n");
  project.write("migrations/2_i.sql", "CREATE INDEX t1_id ON t1 (id);\n");
  project.write("migrations/2_i.undo.sql", "DROP INDEX CONCURRENTLY t1_id;\n");
  check_code(project.drydock({"migrate"}), 0);
  check_code(project.drydock({"undo"}), 0);
  project.sql("DELETE FROM drydock.history WHERE kind = 'undo' AND state = 'applied'");
  CHECK(state_of(project, "2") == "failed");
  check_code(project.drydock({"undo"}), 0);
  CHECK(state_of(project, "2") == "pending");
  CHECK(state_of(project, "1") == "applied");
}

nlohmann::json rehearsed(const Project& project, int code) {
  const std::string before = everything_in(project);
  const Ran ran = project.drydock({"rehearse", "--undo", "--json"});
  check_code(ran, code);
  CHECK(everything_in(project) == before);
  return nlohmann::json::parse(ran.out);
}

TEST_CASE("a rehearsal proves that up and down give back the same schema and the same rows") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.undo.sql", drop_column);
    project.write("migrations/0003_more.sql",
                  "CREATE TABLE more (id integer PRIMARY KEY, note text);\nINSERT INTO more VALUES (1, 'one');\n");
    project.write("migrations/0003_more.undo.sql", "DROP TABLE more;\n");
    project.write("migrations/R__seen.sql", "DROP VIEW IF EXISTS seen;\nCREATE VIEW seen AS SELECT id FROM legacy;\n");
    const auto document = rehearsed(project, 0);
    CHECK(document.at("verdict") == "safe");
    CHECK(document.at("migrations")[0].at("undo").at("proved") == true);
    CHECK(document.at("migrations")[1].at("undo").at("proved") == true);
    CHECK(document.at("migrations")[2].at("undo").is_null());
    CHECK(project.drydock({"rehearse", "--undo"}).says("undo proved"));
  }
}

TEST_CASE("an undo that forgets something is rejected, with what differs, object by object") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.undo.sql", drop_column);
    project.write("migrations/0003_shout.sql",
                  "CREATE TABLE left_over (id integer);\nUPDATE legacy SET note = 'loud' WHERE note = 'a';\n");
    project.write("migrations/0003_shout.undo.sql", "UPDATE legacy SET note = 'b' WHERE note = 'loud';\n");
    const auto document = rehearsed(project, 3);
    CHECK(document.at("verdict") == "rejected");
    CHECK(document.at("migrations")[0].at("undo").at("proved").is_null());
    const auto& migration = document.at("migrations")[1];
    CHECK(migration.at("verdict") == "rejected");
    CHECK(migration.at("undo").at("proved") == false);
    const std::string differences = migration.at("undo").at("differences").dump();
    CHECK(differences.find("table " + project.table("left_over") + ": was not there before") != std::string::npos);
    CHECK(differences.find("table " + project.table("legacy") + ": its rows are not") != std::string::npos);
    CHECK(differences.find("other values in note") != std::string::npos);
    CHECK(migration.at("findings")[0].at("rule") == "undo-differs");
    CHECK(project.drydock({"rehearse", "--undo"}).says("the undo of 0003 does not give back what was there before"));
    CHECK(project.drydock({"rehearse"}).code == 0);
  }
}

TEST_CASE("an undo that fails on the shadow is rejected, and one that is not there is named before a shadow is made") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    check_refused(project, {"rehearse", "--undo"}, 2, "0002_add_colour.undo.sql");
    project.write("migrations/0002_add_colour.undo.sql", "DROP TABLE not_there;\n");
    const auto document = rehearsed(project, 3);
    CHECK(document.at("migrations")[0].at("findings")[0].at("rule") == "undo-fails");
    CHECK(document.at("migrations")[0].at("undo").at("differences")[0].get<std::string>().find(
              "0002_add_colour.undo.sql:1") != std::string::npos);
  }
}

TEST_CASE("the losses of the migrations themselves are reported beside their undos") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    project.write("migrations/0002_drop_legacy.undo.sql", "CREATE TABLE legacy (id integer PRIMARY KEY, note text);\n");
    const auto document = rehearsed(project, 3);
    const auto& migration = document.at("migrations")[0];
    CHECK(migration.at("losses")[0].at("kind") == "table-dropped");
    CHECK(migration.at("undo").at("differences")[0] ==
          "table " + project.table("legacy") +
              ": its rows are not those that were there before: 3 rows before, no row "
              "after the undo");
  }
}

}  // namespace
}  // namespace drydock
