// A rehearsal made in one place, and the migration it allows in another.
#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/project.h"

using namespace drydock;

namespace {

constexpr const char* only_receipts = "[environments.development]\nrehearsal = \"receipt\"\n";

// A pending migration that drops three rows, as its author allows.
void with_consented_loss(const Project& project) {
  project.with_pending_loss("-- drydock:consent table-dropped " + project.table("legacy") +
                            " rows<=3 reason=\"nobody reads it\"\n");
}

}  // namespace

TEST_CASE("a receipt stands for a shadow of the same plan on the same database") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_consented_loss(project);
    const Ran rehearsed = project.drydock({"rehearse", "--receipt", "receipt.json"});
    INFO(rehearsed.out, rehearsed.err);
    REQUIRE(rehearsed.code == 0);
    CHECK(rehearsed.says("wrote the receipt receipt.json"));
    CHECK(project.has_table("legacy"));

    project.write("drydock.toml", only_receipts);
    const Ran ran = project.drydock({"migrate", "--receipt", "receipt.json"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("No shadow is made: receipt.json"));
    CHECK_FALSE(ran.says("Cloned"));
    CHECK_FALSE(project.has_table("legacy"));
  }
}

TEST_CASE("where only receipts count, whatever else is at hand is exit 7 and changes nothing") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_consented_loss(project);
    REQUIRE(project.drydock({"rehearse", "--receipt", "receipt.json"}).code == 0);
    project.write("drydock.toml", only_receipts);

    const auto refuses = [&](const std::vector<std::string>& words, const std::string& because) {
      const Ran ran = project.drydock(words);
      INFO(because, "\n", ran.out, ran.err);
      CHECK(ran.code == 7);
      CHECK(ran.says(because));
      CHECK(ran.says("nothing was changed"));
      CHECK(project.value("SELECT count(*) FROM legacy") == "3");
    };
    refuses({"migrate"}, "none was given");
    refuses({"migrate", "--receipt", "nowhere.json"}, "cannot be read");
    const std::string whole = project.read("receipt.json");
    project.write("cut.json", whole.substr(0, whole.size() / 2));
    refuses({"migrate", "--receipt", "cut.json"}, "only a part of one");
    std::string edited = whole;
    edited.replace(edited.find("consented"), 9, "safe");
    project.write("edited.json", edited);
    refuses({"migrate", "--receipt", "edited.json"}, "has been changed since drydock wrote it");
    project.write("migrations/0001_create_legacy.undo.sql", "DROP TABLE legacy;\n");
    refuses({"undo"}, "`drydock undo` has none");

    project.sql("CREATE TABLE somebody_elses (id integer)");
    refuses({"migrate", "--receipt", "receipt.json"}, "the schema of the database has changed since");
    project.sql("DROP TABLE somebody_elses");
    project.write("migrations/0003_later.sql", "CREATE TABLE later (id integer);\n");
    refuses({"migrate", "--receipt", "receipt.json"}, "it is about another plan: 0002");
    CHECK(project.drydock({"migrate", "--to", "0002", "--receipt", "receipt.json"}).code == 0);
    CHECK_FALSE(project.has_table("legacy"));
  }
}

TEST_CASE("the receipt of another database proves nothing") {
  const Project rehearsed, other;
  for (const Project* project : {&rehearsed, &other}) with_consented_loss(*project);
  REQUIRE(rehearsed.drydock({"rehearse", "--receipt", "receipt.json"}).code == 0);
  other.write("receipt.json", rehearsed.read("receipt.json"));
  other.write("drydock.toml", only_receipts);
  const Ran ran = other.drydock({"migrate", "--receipt", "receipt.json"});
  CHECK(ran.code == 7);
  CHECK(ran.says("it was written for another database"));
  CHECK(other.value("SELECT count(*) FROM legacy") == "3");
}

TEST_CASE("where a shadow may be made, a receipt that does not fit is said, and one is made") {
  const Project project;
  project.with_pending_column();
  project.write("receipt.json", "{}");
  const Ran ran = project.drydock({"migrate", "--receipt", "receipt.json"});
  CHECK(ran.code == 0);
  CHECK(ran.says("a shadow is made instead"));
  CHECK(ran.says("Cloned"));
}

TEST_CASE("a refused plan gets no receipt, and loses the one that it had") {
  const Project project;
  project.with_pending_loss();
  project.write("receipt.json", "of an earlier rehearsal, on other rows\n");
  const Ran ran = project.drydock({"rehearse", "--receipt", "receipt.json"});
  CHECK(ran.code == 3);
  CHECK(ran.says("no receipt is written, and the earlier one is removed from receipt.json"));
  CHECK_FALSE(std::filesystem::exists(project.folder() / "receipt.json"));
}

TEST_CASE("the guard judges behind a receipt as behind a shadow") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_consented_loss(project);
    REQUIRE(project.drydock({"rehearse", "--receipt", "receipt.json"}).code == 0);
    project.sql("INSERT INTO legacy SELECT id + 100, note FROM legacy");
    const Ran ran = project.drydock({"migrate", "--receipt", "receipt.json"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(project.value("SELECT count(*) FROM legacy") == "6");
  }
}

TEST_CASE("a receipt, and a source, of another database count for nothing where neither database is stamped") {
  for (const Project::Kind kind : both_kinds) {
    const Project target(kind), other(kind);
    for (const Project* each : {&target, &other}) {
      each->write("migrations/0001_add_note.sql", "ALTER TABLE " + each->table("things") + " ADD COLUMN note text;\n");
      each->sql("CREATE TABLE things (id integer PRIMARY KEY); INSERT INTO things VALUES (1);");
    }
    target.write("drydock.toml", only_receipts);
    REQUIRE(other.drydock({"rehearse", "--receipt", "receipt.json"}).code == 0);
    target.write("receipt.json", other.read("receipt.json"));
    const Ran by_receipt = target.drydock({"migrate", "--receipt", "receipt.json"});
    INFO(by_receipt.out, by_receipt.err);
    CHECK(by_receipt.code == 7);
    CHECK(by_receipt.says("it was written for another database"));

    target.write("drydock.toml", "");
    const std::string source =
        kind == Project::Kind::sqlite ? "sqlite:" + (other.folder() / "app.db").string() : other.url();
    const Ran by_source = target.drydock({"migrate", "--source", source});
    INFO(by_source.out, by_source.err);
    CHECK(by_source.code == 5);
    CHECK(by_source.says("carry no stamp"));
    CHECK(target.drydock({"migrate"}).code == 0);
  }
}
