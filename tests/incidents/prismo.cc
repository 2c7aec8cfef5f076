// Prismo, 2019: the data directory lay inside the git work tree, ignored by a line that nobody had committed. A
// checkout took it away, an empty one was made in its place, and the backups had been lost in a move months before. No
// migration was at fault. What a migration tool can do is to warn at every deploy before, to keep a backup that is
// proved by the way, and not to fill the empty database as if it were the one that is gone.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "fixtures/project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

struct Server : Project {
  Server() {
    write("migrations/0001_create_accounts.sql", "CREATE TABLE accounts (id integer PRIMARY KEY, name text);\n");
    write(".gitignore", "*.log\n");
    write("data/README", "what the containers write\n");
    fs::create_directory(backups());
  }
  ~Server() {
    std::error_code ignored;
    fs::remove_all(backups(), ignored);
  }
  fs::path backups() const { return folder().string() + "-backups"; }  // outside the work tree
  void git(const std::string& words) const {
    const std::string line =
        "cd '" + folder().string() + "' && git -c user.name=x -c user.email=x@example.org " + words;
    REQUIRE(std::system((line + " >git.log 2>&1").c_str()) == 0);
  }
  Ran in_production(std::vector<std::string> words) const {
    words.insert(words.end(), {"--environment", "production", "--database", "sqlite:data/app.db"});
    return without_database(words);
  }
  fs::path data() const { return folder() / "data/app.db"; }
  void sqlite(const std::string& sql) const {
    REQUIRE(std::system(("sqlite3 '" + data().string() + "' \"" + sql + "\"").c_str()) == 0);
  }
  bool has_every_row() const {
    return std::system(
               ("test \"$(sqlite3 '" + data().string() + "' 'SELECT count(*) FROM accounts')\" = 500").c_str()) == 0;
  }
};

// The first deploy, and 500 accounts since; the line for data/ in .gitignore was never committed.
void deploy(const Server& server) {
  REQUIRE(server.in_production({"init"}).code == 0);
  server.git("init -q");
  server.git("add -A . ':!data/app.db'");
  server.git("commit -q -m everything");
  server.write(".gitignore", "*.log\ndata/app.db\ndata/app.db.drydock-lock\n");
  REQUIRE(server.in_production({"migrate"}).code == 0);
  server.sqlite(
      "INSERT INTO accounts WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, "
      "'somebody' FROM n");
  REQUIRE(server.has_every_row());
}

TEST_CASE("the deploy before says that the data lie in a work tree, and that no backup was ever proved") {
  const Server server;
  deploy(server);
  const std::string settings = server.read("drydock.toml");
  server.write("drydock.toml", settings + "\n[backup]\nfolder = \"" + server.backups().string() + "\"\n");
  const Ran ran = server.in_production({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("lies inside the git work tree"));
  CHECK(ran.says("is ignored by a line that is not committed"));
  CHECK(ran.says("last proved backup: none"));
}

TEST_CASE("after the checkout the empty database is not filled, and the kept backup has every row") {
  const Server server;
  deploy(server);
  server.write("migrations/0002_index_accounts.sql", "CREATE INDEX accounts_by_name ON accounts (name);\n");
  const Ran kept = server.in_production({"migrate", "--keep-backup", server.backups().string()});
  INFO(kept.out, kept.err);
  REQUIRE(kept.code == 0);

  // The line in .gitignore goes with the checkout, and the data with the next stash.
  server.git("checkout -q .gitignore");
  server.git("stash -q -u");
  REQUIRE_FALSE(fs::exists(server.data()));
  server.git("stash drop -q");

  // The containers come up, and make an empty database.
  server.sqlite("VACUUM");
  const Ran refused = server.in_production({"migrate"});
  INFO(refused.out, refused.err);
  CHECK(refused.code == 5);
  CHECK(refused.says("an empty database where another one is expected is never filled"));

  fs::path backup;
  for (const auto& entry : fs::directory_iterator(server.backups()))
    if (entry.path().extension() != ".json") backup = entry.path();
  const Ran check = server.in_production({"backup", "check", backup.string()});
  INFO(check.out, check.err);
  CHECK(check.code == 0);
  fs::copy_file(backup, server.data(), fs::copy_options::overwrite_existing);
  CHECK(server.has_every_row());
  server.write("migrations/0002_index_accounts.sql", "CREATE INDEX accounts_by_name ON accounts (name);\n");
  const Ran again = server.in_production({"migrate"});
  INFO(again.out, again.err);
  CHECK(again.code == 0);
  CHECK(server.has_every_row());
}

}  // namespace
}  // namespace drydock
