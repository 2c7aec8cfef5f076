// One change each to a rich schema: what must be seen, and what must not. The cases are in postgres_mutations.cases.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "fixtures/postgres_server.h"
#include "runner/sql/splitter.h"
#include "squash/difference.h"
#include "squash/snapshots.h"

namespace drydock {
namespace {

using fixtures::PostgresServer;

const std::filesystem::path folder = std::filesystem::path(DRYDOCK_SOURCE_DIR) / "tests/squash";

struct Mutation {
  std::string name, sees, sql;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Mutation> read_mutations() {
  std::istringstream text(text_of(folder / "postgres_mutations.cases"));
  std::vector<Mutation> mutations;
  bool in_sql = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("=== ")) {
      mutations.push_back({line.substr(4), {}, {}});
      in_sql = false;
    } else if (line == "--- sql") {
      in_sql = true;
    } else if (in_sql) {
      mutations.back().sql += line + "\n";
    } else if (line.starts_with("sees: ")) {
      mutations.back().sees = line.substr(6);
    }
  }
  return mutations;
}

// One statement at a time: VACUUM and new values of enums stand alone.
void run_statements(Database& database, const std::string& sql) {
  const std::vector<Statement> statements = split_statements(sql, Dialect::postgres);
  database.run(statements, Database::Sending::one_by_one);
}

const std::string& rich_database() {
  static const std::string name = [] {
    PostgresServer& server = PostgresServer::instance();
    server.run(server.url(),
               "DO $$ BEGIN IF to_regrole('bob') IS NULL THEN CREATE ROLE bob; CREATE ROLE alice; END IF; END $$");
    const DatabaseUrl url = server.new_database();
    run_statements(*open_database(url), text_of(folder / "postgres_rich_schema.sql"));
    return url.database();
  }();
  return name;
}

// A copy of the rich database, gone with its object.
class Copy {
 public:
  Copy() : url_(PostgresServer::instance().url("copy_of_" + rich_database())) {
    PostgresServer& server = PostgresServer::instance();
    server.run(server.url(),
               "CREATE DATABASE " + drydock::quoted(url_.database()) + " TEMPLATE " + drydock::quoted(rich_database()));
  }
  ~Copy() {
    database_.reset();
    PostgresServer::instance().drop_database(url_);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  Database& database() {
    if (!database_) database_ = open_database(url_);
    return *database_;
  }

 private:
  DatabaseUrl url_;
  std::unique_ptr<Database> database_;
};

std::string line_of(const Difference& difference) {
  return difference.kind + " " + difference.identity + (difference.kind == "rows" ? "" : " " + difference.property);
}

bool sees(const std::vector<Difference>& found, const std::string& expected) {
  return std::ranges::any_of(found, [&](const Difference& each) {
    const std::string line = line_of(each);
    return line == expected || (each.property.empty() && line == expected + " ") ||
           (line.starts_with(expected) && (line[expected.size()] == '(' || line[expected.size()] == '.'));
  });
}

TEST_CASE("every change that a user can see is seen, and no other") {
  const Snapshot before = take_postgres_snapshot(Copy().database(), SnapshotScope::schema_and_data);
  const std::vector<Mutation> mutations = read_mutations();
  std::size_t harmless = 0;
  for (const Mutation& mutation : mutations) {
    CAPTURE(mutation.name);
    Copy copy;
    CHECK_NOTHROW_MESSAGE(run_statements(copy.database(), mutation.sql), mutation.name);
    const Snapshot after = take_postgres_snapshot(copy.database(), SnapshotScope::schema_and_data);
    const std::vector<Difference> found = differences(before, after);
    INFO(describe(found, "before", "after"));
    const bool same_hashes = before.schema_hash() == after.schema_hash() && before.data_hash() == after.data_hash();
    if (mutation.sees == "nothing") {
      ++harmless;
      CHECK(found.empty());
      CHECK(same_hashes);
    } else {
      CHECK_MESSAGE(sees(found, mutation.sees), mutation.sees);
      CHECK_FALSE(same_hashes);
    }
  }
  CHECK(harmless >= 12);
  CHECK(mutations.size() - harmless >= 60);
}

TEST_CASE("a snapshot names the migrating role the same whoever it is, and leaves the session as it was") {
  Copy copy;
  Database& database = copy.database();
  database.execute("SET datestyle = 'German, DMY'");
  const Snapshot own = take_postgres_snapshot(database, SnapshotScope::schema);
  CHECK(database.query("SHOW datestyle").text(0, 0) == "German, DMY");
  CHECK_FALSE(database.in_transaction());
  CHECK(own.rows.empty());
  CHECK(own.positions.empty());
  database.execute("SET drydock.migrator = 'bob'");
  const std::string text = take_postgres_snapshot(database, SnapshotScope::schema).text();
  CHECK(text.find("(migrator): INSERT, SELECT") != std::string::npos);
  CHECK(text.find("bob: ") == std::string::npos);
}

TEST_CASE("a change of values names the columns, and no value is in a snapshot") {
  Copy copy;
  const Snapshot before = take_postgres_snapshot(copy.database(), SnapshotScope::schema_and_data);
  copy.database().execute("UPDATE shop.orders SET note = 'other' WHERE id = 1");
  const std::vector<Difference> found =
      differences(before, take_postgres_snapshot(copy.database(), SnapshotScope::schema_and_data));
  REQUIRE(found.size() == 1);
  CHECK(found[0].identity == "shop.orders");
  CHECK(found[0].columns == std::vector<std::string>{"note"});
  CHECK(before.text().find("secret") == std::string::npos);
}

TEST_CASE("a thousand tables, of which one holds rows, are compared whole") {
  PostgresServer& server = PostgresServer::instance();
  const DatabaseUrl url = server.new_database();
  const std::unique_ptr<Database> database = open_database(url);
  for (int part = 0; part < 4; ++part) {
    database->execute(
        "DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text, "
        "b integer NOT NULL DEFAULT 0, c timestamptz)', i + " +
        std::to_string(part * 250) + "); END LOOP; END $$");
  }
  database->execute("INSERT INTO t1 (a) SELECT repeat('x', i) FROM generate_series(1, 100) i");
  const Snapshot one = take_postgres_snapshot(*database, SnapshotScope::schema_and_data);
  const Snapshot other = take_postgres_snapshot(*database, SnapshotScope::schema_and_data);
  CHECK(differences(one, other).empty());
  CHECK(one.rows.size() == 1);
  CHECK(one.positions.size() == 1000);
}

}  // namespace
}  // namespace drydock
