#include "runner/identity/identity.h"

#include <set>

#include "fixtures/test_database.h"

namespace drydock {
namespace {

using fixtures::TestDatabase;

const std::string our_id = "0123456789abcdef0123456789abcdef";
const std::string other_id = "fedcba9876543210fedcba9876543210";

enum class Given { no, yes };
enum class Protected { no, yes };
enum class Holds { nothing, rows };

struct Case {
  std::string title;
  // What is expected: the environment, whether it was given, its id in the toml ("" for none), whether it is protected.
  std::string environment;
  Given given;
  std::string expected_id;
  Protected is_protected;
  // What is there: the stamp's id and environment ("" for no stamp), the applied versions, rows, and where it is.
  std::string id, stamped;
  std::vector<std::string> versions;
  Holds holds;
  std::string url;
  std::vector<std::string> files;
  // What the refusal says, in parts; none: it is let through.
  std::vector<std::string> says;
};

const std::string local = "postgresql://app@localhost/shop", remote = "postgresql://app:secret@db.example.com/shop";

const Case cases[] = {
    // clang-format off
    {"a new database of a developer", "development", Given::no, "", Protected::no, "", "", {}, Holds::nothing, local, {"1"}, {}},
    {"an empty one on another host", "development", Given::no, "", Protected::no, "", "", {}, Holds::nothing, remote, {"1"}, {}},
    {"the database that is expected", "production", Given::yes, our_id, Protected::yes, our_id, "production", {"1"}, Holds::rows, remote, {"1", "2"}, {}},
    {"the same, emptied by nobody yet", "production", Given::yes, our_id, Protected::yes, our_id, "production", {}, Holds::nothing, remote, {"1"}, {}},

    {"an empty database where another is expected", "production", Given::yes, our_id, Protected::yes, "", "", {}, Holds::nothing, remote, {"1"},
     {our_id, "db.example.com", "empty", "never filled", "`drydock init --first-deploy`"}},
    {"it need not be protected for that", "staging", Given::yes, our_id, Protected::no, "", "", {}, Holds::nothing, local, {"1"},
     {"never filled", "`drydock init --first-deploy`"}},
    {"a database without a stamp where one is expected", "production", Given::yes, our_id, Protected::no, "", "", {}, Holds::rows, remote, {"1"},
     {our_id, "carries no stamp", "`drydock init`"}},
    {"a database with another id", "production", Given::yes, our_id, Protected::yes, other_id, "production", {"1"}, Holds::rows, remote, {"1"},
     {our_id, other_id, "`drydock init --as-copy production`"}},

    {"a stamp of another environment", "staging", Given::yes, "", Protected::no, other_id, "production", {"1"}, Holds::rows, remote, {"1"},
     {"stamped as production", "for staging", "`--environment production`", "`drydock init --as-copy staging`"}},
    {"the default is an environment too", "development", Given::no, "", Protected::no, other_id, "production", {"1"}, Holds::rows, local, {"1"},
     {"stamped as production", "for development, the default", "`--environment production`"}},
    {"the environment that was given", "staging", Given::yes, "", Protected::no, other_id, "staging", {"1"}, Holds::rows, remote, {"1"}, {}},

    {"rows on another host, and no environment", "development", Given::no, "", Protected::no, "", "", {}, Holds::rows, remote, {"1"},
     {"holds rows", "no environment was given", "`--environment NAME`"}},
    {"with the environment it is let through", "production", Given::yes, "", Protected::no, "", "", {}, Holds::rows, remote, {"1"}, {}},
    {"rows on this host", "development", Given::no, "", Protected::no, "", "", {}, Holds::rows, local, {"1"}, {}},
    {"rows behind a local socket", "development", Given::no, "", Protected::no, "", "", {}, Holds::rows, "postgresql:///shop?host=/run/postgresql", {"1"}, {}},
    {"rows in a SQLite file", "development", Given::no, "", Protected::no, "", "", {}, Holds::rows, "sqlite:shop.db", {"1"}, {}},

    {"an empty database of a protected environment", "production", Given::yes, "", Protected::yes, "", "", {}, Holds::nothing, local, {"1"},
     {"empty", "production is protected", "`drydock init --first-deploy`"}},

    {"a history of which nothing is in the folder", "development", Given::no, "", Protected::no, "", "", {"7", "8"}, Holds::nothing, local, {"1", "2"},
     {"8_m8", "another project's database", "--migrations"}},
    {"the stamp says whose it is", "development", Given::no, "", Protected::no, other_id, "development", {"7"}, Holds::rows, local, {"1"},
     {"project blog", "this is shop"}},
    {"a history and an empty folder", "development", Given::no, "", Protected::no, "", "", {"7"}, Holds::nothing, local, {}, {"none of its versions"}},
    {"one version in common is enough", "development", Given::no, "", Protected::no, "", "", {"7", "2"}, Holds::nothing, local, {"1", "2"}, {}},
    {"a version in another width is in common", "development", Given::no, "", Protected::no, "", "", {"0002"}, Holds::nothing, local, {"1", "2"}, {}},
    // clang-format on
};

TargetState target_of(const Case& given) {
  TargetState target;
  if (!given.id.empty()) target.stamp = Stamp{given.id, given.stamped, "blog", ""};
  for (const std::string& version : given.versions) {
    HistoryRow row;
    row.id = version;
    row.name = "m" + version;
    target.rows.push_back(row);
  }
  target.has_history = target.stamp || !target.rows.empty();
  return target;
}

// What it is refused for; "" where it is let through.
std::string refusal(const Case& given, const TargetState& target) {
  Expectation expectation;
  expectation.environment = given.environment;
  expectation.environment_given = given.given == Given::yes;
  expectation.is_protected = given.is_protected == Protected::yes;
  if (!given.expected_id.empty()) expectation.database_id = given.expected_id;
  expectation.project = "shop";
  std::vector<MigrationFile> files;
  for (const std::string& version : given.files) {
    files.emplace_back();
    files.back().version = Version(version);
  }
  try {
    check_identity(expectation, target, DatabaseUrl::parse(given.url), given.holds == Holds::rows, files);
  } catch (const WrongTarget& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("A database is only touched when it is the one that is meant.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    const std::string message = refusal(given, target_of(given));
    CAPTURE(message);
    CHECK(message.empty() == given.says.empty());
    for (const std::string& part : given.says) {
      CAPTURE(part);
      CHECK(message.find(part) != std::string::npos);
    }
    CHECK(message.find("secret") == std::string::npos);
  }
}

TEST_CASE("Repeatable migrations and failed versions tell nothing about whose history it is.") {
  const Case given{"", "development",     Given::no,      "",    Protected::no, "",
                   "", {"R__views", "9"}, Holds::nothing, local, {"1"},         {}};
  TargetState target = target_of(given);
  target.rows[1].state = HistoryRow::State::failed;
  CHECK(refusal(given, target).empty());
}

TEST_CASE("A database's id is 32 hexadecimal digits, and never the same.") {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = random_database_id();
    CHECK(id.size() == 32);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    ids.insert(id);
  }
  CHECK(ids.size() == 100);
}

TEST_CASE("The system identifier is PostgreSQL's own, where the role may read it.") {
  TestDatabase target(Dialect::postgres);
  CHECK(system_identifier(*target.open()) == target.ask("SELECT system_identifier::text FROM pg_control_system()"));

  target.execute("CREATE ROLE no_control LOGIN; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
  const DatabaseUrl url = fixtures::PostgresServer::instance().url(target.url().database(), "no_control");
  CHECK(system_identifier(*open_database(url)).empty());
  target.execute("DROP OWNED BY no_control; DROP ROLE no_control");

  CHECK(system_identifier(*TestDatabase(Dialect::sqlite).open()).empty());
}

TEST_CASE("A baseline speaks for the versions that it replaces, in the folder and in the history.") {
  const std::vector<ReplacedVersion> replaced = {{.version = Version("0001"), .checksum = sha256("a"), .name = "a"},
                                                 {.version = Version("0002"), .checksum = sha256("b"), .name = "b"}};
  MigrationFile original, baseline, other;
  original.version = Version("1");
  other.version = Version("9");
  baseline.kind = MigrationKind::baseline;
  baseline.version = Version("0002");
  baseline.baseline = BaselineHeader{.through = Version("0002"),
                                     .schema_hash = {},
                                     .data_hash = {},
                                     .replaces = replaced,
                                     .proved_on = {},
                                     .upgrade_hint = {}};
  HistoryRow first, squashed;
  first.id = "0001";
  squashed.id = "0002";
  squashed.replaces = replaced;
  const auto is_ours = [](const HistoryRow& row, const MigrationFile& file) {
    TargetState target;
    target.has_history = true;
    target.rows = {row};
    try {
      check_identity({.environment = "development", .database_id = {}, .project = "shop"}, target,
                     DatabaseUrl::parse(local), true, {file});
      return true;
    } catch (const WrongTarget&) {
      return false;
    }
  };
  CHECK(is_ours(first, baseline));
  CHECK(is_ours(squashed, original));
  CHECK(is_ours(squashed, baseline));
  CHECK_FALSE(is_ours(first, other));
  CHECK_FALSE(is_ours(squashed, other));
}

}  // namespace
}  // namespace drydock
