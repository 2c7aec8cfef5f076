// A Sqitch project: its plan, its scripts and its configuration.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

namespace {

constexpr const char* pragmas = "%syntax-version=1.0.0\n%project=shop\n\n";
constexpr const char* when = " 2026-01-01T00:00:00Z Ann <ann@example.com> # a note\n";

std::string planned(const std::vector<std::string>& lines) {
  std::string plan = pragmas;
  for (const std::string& line : lines) plan += line + when;
  return plan;
}

void fill(FormatFolder& folder) {
  folder.with("sqitch.conf", "[core]\n\tengine = pg\n");
  folder.with("sqitch.plan", planned({"schema", "tables/users [schema]", "@v1", "view [tables/users !gone]"}));
  folder.with("deploy/schema.sql", "\\set ON_ERROR_STOP on\nBEGIN;\ncreate schema s;\nCOMMIT;\n");
  folder.with("revert/schema.sql", "drop schema s;\n").with("deploy/tables/users.sql").with("deploy/view.sql");
}

}  // namespace

TEST_CASE("Sqitch's changes run in the order of the plan") {
  FormatFolder folder("sqitch");
  fill(folder);
  CHECK(folder.detected() == "sqitch");
  CHECK(folder.lines() == Lines{"schema schema deploy/schema.sql", "tables/users tables/users deploy/tables/users.sql",
                                "view view deploy/view.sql"});
  const auto files = folder.read();
  CHECK(files[0].version < files[1].version);
  CHECK(files[0].text == "\nBEGIN;\ncreate schema s;\nCOMMIT;\n");
  CHECK(files[0].undo->file == "revert/schema.sql");
  CHECK(files[1].recorded_as == "tables/users");
}

TEST_CASE("A change has the verify script of its name, and needs none") {
  FormatFolder folder("sqitch");
  fill(folder);
  folder.with("verify/schema.sql", "\\set ON_ERROR_STOP on\nSELECT 1;\n");
  const auto files = folder.read();
  CHECK(files[0].verify->file == "verify/schema.sql");
  CHECK(files[0].verify->text == "\nSELECT 1;\n");
  CHECK_FALSE(files[1].verify);
}

TEST_CASE("The folder of the deploy scripts is the project's too; a folder beside it is not") {
  FormatFolder folder("sqitch");
  fill(folder);
  folder.with("migrations/0001_a.sql");
  CHECK(folder.detected("deploy") == "sqitch");
  CHECK(folder.lines("deploy")[0] == "schema schema schema.sql");
  CHECK(folder.detected("migrations") == "native");
}

TEST_CASE("A change that was reworked keeps its name, and the older script bears the tag") {
  FormatFolder folder("sqitch");
  fill(folder);
  folder.with("sqitch.plan", planned({"schema", "view", "@v1", "tables/users", "view [view@v1]", "@v2"}));
  folder.with("deploy/view@v1.sql", "select 1;\n").with("deploy/view.sql", "select 2;\n");
  CHECK(folder.lines() == Lines{"schema schema deploy/schema.sql", "view view deploy/view@v1.sql",
                                "tables/users tables/users deploy/tables/users.sql", "view@v1+ view deploy/view.sql"});
  CHECK(folder.read()[1].recorded_as == "view");
  CHECK(folder.read()[3].recorded_as == "view#2");
}

TEST_CASE("What a plan says that does not hold is refused with its line") {
  struct Row {
    std::vector<std::string> plan;
    const char* refusal;
  };
  const Row rows[] = {
      {{"view [schema]"}, "sqitch.plan:4: view requires schema, which is not planned before it"},
      {{"schema", "view [schema@v1]"}, "sqitch.plan:5: view requires schema@v1"},
      {{"schema", "view [!schema]"}, "view conflicts with schema, which is planned before it"},
      {{"schema", "view [other:schema]"}, "depends on other:schema of another project"},
      {{"schema", "schema"}, "sqitch.plan:5: schema is planned twice without a tag between (first on line 4)"},
      {{"missing"}, "sqitch.plan:4: there is no deploy/missing.sql for missing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.refusal);
    FormatFolder folder("sqitch");
    fill(folder);
    folder.with("sqitch.plan", planned(row.plan));
    CAPTURE(folder.error());
    CHECK(folder.refuses(row.refusal));
  }
  FormatFolder own("sqitch");
  fill(own);
  CHECK(own.with("sqitch.plan", planned({"schema", "view [shop:schema :schema]"})).error().empty());
}

TEST_CASE("sqitch.conf says where the scripts lie and what database they are for") {
  FormatFolder folder("sqitch");
  folder.with("sqitch.conf", "[core]\n  engine = sqlite\n  top_dir = db\n[engine \"sqlite\"]\n  deploy_dir = up\n");
  folder.with("db/sqitch.plan", planned({"a"})).with("up/a.sql", ".bail on\nselect 1;\n");
  CHECK(folder.refuses("the project is for SQLite, and the target is PostgreSQL"));
  CHECK(folder.on(Dialect::sqlite).lines() == Lines{"a a up/a.sql"});
  CHECK(folder.read()[0].text == "\nselect 1;\n");
  CHECK(folder.detected("up") == "sqitch");
  CHECK(folder.with("sqitch.conf", "[core]\nengine = oracle\n")
            .with("sqitch.plan", "")
            .refuses("the project is for oracle"));
}

TEST_CASE("A new change of Sqitch's has three scripts and a line in the plan") {
  FormatFolder folder("sqitch");
  fill(folder);
  const auto files = folder.format().next_files(folder.read(), "Add posts");
  REQUIRE(files.size() == 4);
  CHECK(files[0].file == "deploy/add_posts.sql");
  CHECK(files[2].file == "verify/add_posts.sql");
  CHECK(files[3].file == "sqitch.plan");
  CHECK(files[3].writing == NewFile::Writing::append);
  CHECK(files[3].text.starts_with("add_posts 20"));
  CHECK(files[3].text.ends_with("> # Add posts\n"));
  CHECK(folder.format().next_files(folder.read("deploy"), "b")[3].file == "../sqitch.plan");
}
