// Folding a history and putting its baseline in place, on SQLite, where it takes milliseconds.
// tests/scenarios/squash/squash.cc drives the command on both kinds of database.
#include "squash/squash.h"

#include <doctest/doctest.h>

#include "fixtures/temporary_directory.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/native.h"
#include "squash/placing.h"
#include "squash/verify.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using fixtures::TemporaryDirectory;

// A folder of migrations, and throw-away databases beside it.
class TestFolder {
 public:
  TestFolder() {
    ThrowawayRequest request;
    request.dialect = Dialect::sqlite;
    request.shadow_directory = (directory_ / "shadows").string();
    throwaways_ = make_throwaways(request);
    fs::create_directory(path());
  }

  fs::path path() const { return directory_ / "migrations"; }
  Throwaways& throwaways() { return *throwaways_; }
  void write(const std::string& name, const std::string& text) const { directory_.write("migrations/" + name, text); }
  std::string read(const std::string& name) const {
    std::ifstream stream(path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::vector<MigrationFile> files() const { return NativeFormat().read(path(), {}); }

  // The names of all files below it, sorted, in one line.
  std::string listing() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path()))
      if (!entry.is_directory()) names.push_back(fs::relative(entry.path(), path()).string());
    std::sort(names.begin(), names.end());
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "" : " ") + name;
    return line;
  }

  Baseline fold(const std::string& through, const std::vector<std::string>& accepted = {}) {
    return drydock::fold({.files = files(),
                          .through = Version(through),
                          .dialect = Dialect::sqlite,
                          .accept_varying = accepted,
                          .upgrade_hint = {}},
                         *throwaways_);
  }
  void squash(const std::string& through) { place(fold(through), path()); }
  std::vector<Verified> verify() { return verify_baselines(files(), originals(), Dialect::sqlite, *throwaways_); }
  std::vector<MigrationFile> originals() const { return NativeFormat().read_squashed(path()); }
  bool was_cut_short() const { return !find_unfinished(files(), path()).empty(); }
  std::vector<std::string> complete() const {
    return drydock::complete(find_unfinished(files(), path()), files(), path(), Dialect::sqlite);
  }

  // Why it is refused; "" where it is not.
  std::string refusal(const std::string& through, const std::vector<std::string>& accepted = {}) {
    try {
      fold(through, accepted);
    } catch (const SquashRefused& refused) {
      return refused.what();
    }
    return {};
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Throwaways> throwaways_;
};

void write_three(const TestFolder& folder) {
  folder.write("1_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n");
  folder.write("1_users.undo.sql", "DROP TABLE users;\n");
  folder.write("2_seed.sql", "INSERT INTO users VALUES (1, 'root');\n");
  folder.write("3_email.sql", "ALTER TABLE users ADD COLUMN email TEXT;\n");
  folder.write("R__names.sql", "DROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT name FROM users;\n");
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a baseline lists what it replaces, holds the rows, and takes the place of the originals") {
  TestFolder folder;
  write_three(folder);
  const Baseline baseline = folder.fold("2");
  CHECK(baseline.file_name == "2_baseline.sql");
  REQUIRE(baseline.header.replaces.size() == 2);
  CHECK(baseline.header.replaces[1].label() == "2_seed");
  CHECK(says(baseline.text, "(1, 'root')"));
  CHECK_FALSE(says(baseline.text, "email"));
  CHECK(folder.listing() == "1_users.sql 1_users.undo.sql 2_seed.sql 3_email.sql R__names.sql");

  place(baseline, folder.path());
  CHECK(folder.listing() ==
        "2_baseline.sql 3_email.sql R__names.sql squashed/1_users.sql squashed/1_users.undo.sql squashed/2_seed.sql");
  CHECK(folder.read("2_baseline.sql") == baseline.text);
  CHECK(baseline_with(folder.files(), Version("1")) != nullptr);
  CHECK(baseline_with(folder.files(), Version("3")) == nullptr);
}

TEST_CASE("a squash of a squash lists the versions inside, and is proved against all originals") {
  TestFolder folder;
  write_three(folder);
  folder.squash("2");
  folder.squash("3");
  const std::vector<MigrationFile> files = folder.files();
  CHECK(folder.listing() ==
        "3_baseline.sql R__names.sql squashed/1_users.sql squashed/1_users.undo.sql squashed/2_baseline.sql "
        "squashed/2_seed.sql squashed/3_email.sql");
  CHECK(files[0].baseline->replaces.size() == 3);
  const std::vector<Verified> verified = folder.verify();
  REQUIRE(verified.size() == 1);
  CHECK(verified[0].against == Verified::Against::originals);
  CHECK(verified[0].differs.empty());
}

TEST_CASE("the same history makes the same baseline, byte for byte") {
  TestFolder one, other;
  write_three(one);
  write_three(other);
  CHECK(one.fold("3").text == other.fold("3").text);
}

TEST_CASE("values that vary are found by the name of their column, whatever makes them") {
  for (const char* value : {"datetime('now')", "date('now')", "CURRENT_TIMESTAMP", "strftime('%Y', 'now')", "random()",
                            "randomblob(8)", "(SELECT max(d) FROM (SELECT julianday('now') AS d))"}) {
    INFO(value);
    TestFolder folder;
    folder.write("1_t.sql", std::string("CREATE TABLE t (a INT, b);\nINSERT INTO t VALUES (1, ") + value + ");\n");
    const std::string why = folder.refusal("1");
    CHECK(says(why, "--accept-varying 't.b'"));
    CHECK_FALSE(says(why, "t.a"));
    CHECK(folder.refusal("1", {"t.a"}) == why);
    CHECK(folder.fold("1", {"t.b"}).kept == std::vector<std::string>{"t.b"});
  }
}

TEST_CASE("what was accepted as varying does not fail the proof when it is made again") {
  TestFolder folder;
  folder.write("1_t.sql", "CREATE TABLE t (a INT, b);\nINSERT INTO t VALUES (1, random()), (2, random());\n");
  place(folder.fold("1", {"t.b"}), folder.path());
  CHECK(folder.verify()[0].differs.empty());

  folder.write("squashed/1_t.sql", "CREATE TABLE t (a INT, b);\nINSERT INTO t VALUES (1, random());\n");
  CHECK(says(folder.verify()[0].differs, "squashed/1_t.sql is not the file that was squashed"));
}

TEST_CASE("a history that does not do the same every time is refused") {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE TABLE t AS SELECT 1 AS a WHERE strftime('%Y', 'now') < '2027'", "the rows of t differ"},
      {"CREATE TABLE t (a, b); INSERT INTO t VALUES (date('now') > '2027', 1), (date('now') <= '2027', 2)",
       "the same values into other rows of t"},
  };
  for (const auto& [sql, why] : cases) {
    TestFolder folder;
    folder.write("1_t.sql", std::string(sql) + ";\n");
    const std::string refusal = folder.refusal("1");
    INFO(refusal);
    CHECK(says(refusal, why));
  }
}

TEST_CASE("a migration that cannot run in an empty database, or cannot be written as SQL, is refused with its place") {
  TestFolder failing, unwritable;
  failing.write("1_t.sql", "CREATE TABLE t (a INT);\nINSERT INTO nowhere VALUES (1);\n");
  CHECK(says(failing.refusal("1"), "1_t.sql:2"));
  unwritable.write("1_t.sql",
                   "CREATE VIRTUAL TABLE d USING fts5 (a, content='');\nINSERT INTO d (rowid, a) VALUES (1, 'x');\n");
  CHECK(says(unwritable.refusal("1"), "content=''"));
  CHECK(unwritable.listing() == "1_t.sql");
}

TEST_CASE("a late file below a baseline is refused") {
  TestFolder folder;
  write_three(folder);
  folder.write("5_more.sql", "CREATE TABLE more (i INT);\n");
  folder.squash("3");
  folder.write("02_late.sql", "CREATE TABLE late (i INT);\n");
  CHECK(late_files(folder.files()).empty());  // a version that the baseline replaces is another matter
  fs::remove(folder.path() / "02_late.sql");
  folder.write("0_late.sql", "CREATE TABLE late (i INT);\n");
  REQUIRE(late_files(folder.files()).size() == 1);
  CHECK(late_files(folder.files())[0]->file == "0_late.sql");
  CHECK(says(folder.refusal("5"), "0_late.sql"));
}

TEST_CASE("a squash that was cut short is completed") {
  TestFolder folder;
  write_three(folder);
  const Baseline baseline = folder.fold("2");
  SUBCASE("before the baseline had its name") {
    folder.write(".2_baseline.sql.new", baseline.text.substr(0, 40));
    CHECK(folder.was_cut_short());
    CHECK(folder.complete().empty());
    CHECK(folder.listing() == "1_users.sql 1_users.undo.sql 2_seed.sql 3_email.sql R__names.sql");
  }
  SUBCASE("before anything was moved") {
    folder.write("2_baseline.sql", baseline.text);
    CHECK(folder.complete().size() == 3);
  }
  SUBCASE("before the last was moved") {
    place(baseline, folder.path());
    fs::rename(folder.path() / "squashed/2_seed.sql", folder.path() / "2_seed.sql");
    CHECK(folder.complete() == std::vector<std::string>{"2_seed.sql"});
  }
  CHECK_FALSE(folder.was_cut_short());
  CHECK(folder.complete().empty());
  if (baseline_with(folder.files(), Version("2")) != nullptr)
    CHECK(folder.listing() ==
          "2_baseline.sql 3_email.sql R__names.sql squashed/1_users.sql squashed/1_users.undo.sql squashed/2_seed.sql");
}

TEST_CASE("nothing is overwritten, and nothing is moved that is not what was squashed") {
  TestFolder folder;
  write_three(folder);
  const Baseline baseline = folder.fold("2");
  SUBCASE("another file in squashed/") { folder.write("squashed/2_seed.sql", "SELECT 1;\n"); }
  SUBCASE("a file where squashed/ would be") { folder.write("squashed", ""); }
  SUBCASE("a migration of the baseline's name") { folder.write("2_baseline.sql", "SELECT 1;\n"); }
  const std::string before = folder.listing();
  CHECK_THROWS_AS(place(baseline, folder.path()), SquashRefused);
  CHECK(folder.listing() == before);
}

TEST_CASE("a squash that cannot move the originals says how they stand, and the next one moves them") {
  TestFolder folder;
  write_three(folder);
  const Baseline baseline = folder.fold("2");
  fs::create_symlink("nowhere", folder.path() / "squashed");
  std::string said;
  try {
    place(baseline, folder.path());
  } catch (const std::exception& failure) {
    said = failure.what();
  }
  CHECK(says(said, "run `drydock squash` again, which moves the rest"));
  fs::remove(folder.path() / "squashed");
  CHECK(folder.complete().size() == 3);
}

TEST_CASE("a file beside its baseline that is another is not moved") {
  TestFolder folder;
  write_three(folder);
  folder.squash("3");
  folder.write("2_seed.sql", "INSERT INTO users VALUES (2, 'other');\n");
  CHECK(folder.was_cut_short());
  CHECK_THROWS_AS(folder.complete(), SquashRefused);
  CHECK(fs::exists(folder.path() / "2_seed.sql"));
}

TEST_CASE("verify finds a baseline that somebody has changed") {
  TestFolder folder;
  write_three(folder);
  folder.squash("3");
  const std::string text = folder.read("3_baseline.sql");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    folder.write("3_baseline.sql", changed);
    return folder.verify()[0];
  };
  for (const bool originals_there : {true, false}) {
    INFO(originals_there);
    if (!originals_there) forget(folder.originals(), Version("3"), folder.path(), Forgetting::earnest);
    CHECK_FALSE(with("'root'", "'toor'").differs.empty());
    CHECK_FALSE(with("email TEXT", "email text").differs.empty());
    CHECK(with("\n\nCREATE", "\n\n-- Users.\nCREATE").differs.empty());
  }
  CHECK(folder.listing() == "3_baseline.sql R__names.sql");
  CHECK(folder.verify()[0].against == Verified::Against::header);
  CHECK(with("proved-on SQLite 3", "proved-on SQLite 2").against == Verified::Against::nothing);
}

TEST_CASE("an earlier baseline stands in for originals that are gone") {
  TestFolder folder;
  write_three(folder);
  folder.squash("2");
  folder.squash("3");
  fs::remove(folder.path() / "squashed/1_users.sql");
  fs::remove(folder.path() / "squashed/1_users.undo.sql");
  CHECK(folder.verify()[0].against == Verified::Against::originals);
  CHECK(folder.verify()[0].differs.empty());
}

}  // namespace
}  // namespace drydock
