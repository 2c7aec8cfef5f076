#include "runner/history/history.h"

#include <chrono>
#include <thread>

#include "fixtures/test_database.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::PostgresServer;
using fixtures::TestDatabase;

HistoryRow some_row(const std::string& id = "0001", int part = 0, int attempt = 1) {
  HistoryRow row;
  row.id = id;
  row.part = part;
  row.attempt = attempt;
  row.name = "create_users";
  row.checksum = {.text = "sha256:aa", .tokens = "sha256:bb"};
  row.part_checksum = "sha256:cc";
  row.text = "CREATE TABLE users (id int);";
  row.applied_by = "deploy@ci";
  row.seconds = 1.25;
  row.tool_version = "0.1.0";
  row.rehearsal = "private sha256:dd";
  row.server_time = "2026-11-20T10:30:00Z";
  row.wal_position = "0/15D6F80";
  return row;
}

void write(Database& database, const HistoryRow& row) {
  const std::vector<Statement> statements{History(database).record(row)};
  database.begin();
  database.run(statements, Database::Sending::one_by_one);
  database.commit();
}

TEST_CASE("A database without drydock's tables has no history, and reading it makes none.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    const TargetState state = History(*database).read();
    CHECK_FALSE(state.has_history);
    CHECK_FALSE(state.stamp);
    CHECK(state.rows.empty());
    CHECK_FALSE(History(*database).read().has_history);
  });
}

TEST_CASE("History can be read inside a transaction, and the transaction lives on.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    database->begin();
    CHECK_FALSE(History(*database).read().has_history);
    CHECK(database->query("SELECT 1").text(0, 0) == "1");
    database->rollback();
  });
}

TEST_CASE("What a plan is made from is read back; the rest of the record is stored.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    HistoryRow second = some_row("R__views", 2, 3);
    second.kind = "repeatable";
    second.state = HistoryRow::State::failed;
    second.last = false;
    write(*database, some_row());
    write(*database, second);

    const TargetState state = history.read();
    CHECK(state.has_history);
    REQUIRE(state.rows.size() == 2);
    const HistoryRow& row = state.rows[0];
    CHECK(row.id == "0001");
    CHECK(row.part == 0);
    CHECK(row.attempt == 1);
    CHECK(row.last);
    CHECK(row.state == HistoryRow::State::applied);
    CHECK(row.name == "create_users");
    CHECK(row.kind == "migration");
    CHECK(row.checksum == some_row().checksum);
    CHECK(row.part_checksum.empty());
    CHECK(row.text.empty());
    const Rows rest = database->query(
        "SELECT applied_by, CASE WHEN seconds = 1.25 THEN 1 ELSE 0 END, tool_version, rehearsal, server_time, "
        "wal_position FROM " +
        std::string(target.dialect() == Dialect::postgres ? "drydock.history" : "drydock_history") +
        " WHERE version = '0001'");
    CHECK(rest.text(0, 0) == "deploy@ci");
    CHECK(rest.integer(0, 1) == 1);
    CHECK(rest.text(0, 2) == "0.1.0");
    CHECK(rest.text(0, 3) == "private sha256:dd");
    CHECK(rest.text(0, 4) == "2026-11-20T10:30:00Z");
    CHECK(rest.text(0, 5) == "0/15D6F80");
    CHECK(state.rows[1].id == "R__views");
    CHECK(state.rows[1].part == 2);
    CHECK(state.rows[1].part_checksum == "sha256:cc");
    CHECK(state.rows[1].attempt == 3);
    CHECK_FALSE(state.rows[1].last);
    CHECK(state.rows[1].state == HistoryRow::State::failed);
    CHECK(state.rows[1].kind == "repeatable");
  });
}

TEST_CASE("A baseline keeps what it replaces, beside the last of it under the same id.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    HistoryRow last = some_row("0042"), baseline = some_row("0042", 0, 2);
    last.text = "the last one";
    baseline.kind = "baseline";
    baseline.text = "the baseline";
    baseline.replaces = {{.version = Version("0001"), .checksum = sha256("a"), .name = "create 'users'"},
                         {.version = Version("0042"), .checksum = sha256("b"), .name = "add\\back"}};
    write(*database, last);
    write(*database, baseline);
    const TargetState state = history.read();
    REQUIRE(state.rows.size() == 2);
    CHECK(state.rows[0].replaces.empty());
    CHECK(state.rows[1].kind == "baseline");
    CHECK(state.rows[1].replaces == baseline.replaces);
    CHECK(history.text_of("42") == "the last one");
    CHECK(history.text_of("42", History::TextOf::baseline) == "the baseline");
    // A lost lock cannot record it twice.
    CHECK_THROWS_AS(write(*database, baseline), DatabaseError);
  });
}

TEST_CASE("The time of a row is the server's, in UTC.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    write(*database, some_row());
    const std::string applied_at = history.read().rows.at(0).applied_at;
    CAPTURE(applied_at);
    REQUIRE(applied_at.size() == std::string("2026-11-20T10:30:00.000Z").size());
    CHECK(applied_at[10] == 'T');
    CHECK(applied_at.back() == 'Z');
    const std::string now = database->restore_point().server_time;
    CHECK(applied_at.substr(0, 10) == now.substr(0, 10));
  });
}

TEST_CASE("Rows come in the order of insertion, not of their ids.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    for (const char* id : {"3", "1", "2"}) write(*database, some_row(id));
    std::string order;
    for (const HistoryRow& row : history.read().rows) order += row.id;
    CHECK(order == "312");
  });
}

TEST_CASE("A part cannot be recorded twice as the same attempt.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History(*database).create();
    write(*database, some_row());
    CHECK_THROWS_AS(write(*database, some_row()), DatabaseError);
    database->rollback();
    CHECK_NOTHROW(write(*database, some_row("0001", 0, 2)));
    CHECK_NOTHROW(write(*database, some_row("0001", 1, 1)));
  });
}

TEST_CASE("A text is kept to the byte, whatever it holds.") {
  each_dialect([](TestDatabase& target) {
    const std::vector<std::string> texts{"it's",       "a \\ backslash\\",          "''\\'",  "$$ $tag$",
                                         "-- x\n/* y", "\t\n\xC3\xA9 \xE2\x86\x92", "E'\\n'", "?1 $1 :x"};
    const auto database = target.open();
    History history(*database);
    history.create();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      HistoryRow row = some_row(std::to_string(i + 1));
      row.text = texts[i];
      write(*database, row);
      CHECK(history.text_of(row.id) == texts[i]);
    }
  });
}

TEST_CASE("The text of the newest row counts, under any width of its version.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    HistoryRow newer = some_row("0001", 0, 2);
    newer.text = "newer";
    HistoryRow without = some_row("0001", 0, 3);
    without.text.clear();
    for (const HistoryRow& row : {some_row(), newer, without, some_row("10")}) write(*database, row);
    CHECK(history.text_of("1") == "newer");
    CHECK(history.text_of("00001") == "newer");
    CHECK(history.text_of("100") == std::nullopt);
    CHECK(history.text_of("R__1") == std::nullopt);
  });
}

TEST_CASE("A record survives what a migration does to its session.") {
  TestDatabase target(Dialect::postgres);
  const auto database = target.open();
  History history(*database);
  history.create();
  HistoryRow row = some_row();
  row.text = "it's a \\ backslash";
  std::vector<Statement> statements(4);
  statements[0].text = "SET standard_conforming_strings = off";
  statements[1].text = "CREATE SCHEMA mine";
  statements[2].text = "CREATE TABLE mine.history (version int)";
  statements[3].text = "SET search_path = mine";
  statements.push_back(history.record(row));
  database->begin();
  database->run(statements, Database::Sending::together);
  database->commit();
  CHECK(target.ask("SELECT text FROM drydock.history") == row.text);
}

TEST_CASE("Making the tables again changes nothing.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    write(*database, some_row());
    history.create();
    CHECK(history.read().rows.size() == 1);
  });
}

TEST_CASE("Several runners may make the tables at once.") {
  each_dialect([](TestDatabase& target) {
    std::vector<std::string> errors(6);
    std::vector<std::jthread> runners;
    for (std::string& error : errors) {
      runners.emplace_back([&target, &error] {
        try {
          const auto database = target.open();
          History(*database).create();
        } catch (const std::exception& failure) {
          error = failure.what();
        }
      });
    }
    runners.clear();
    for (const std::string& error : errors) CHECK(error == "");
    CHECK(History(*target.open()).read().has_history);
  });
}

TEST_CASE("A role that may not make schemas can use one that was made for it.") {
  TestDatabase target(Dialect::postgres);
  target.execute("CREATE ROLE no_schemas LOGIN");
  target.execute("CREATE SCHEMA drydock AUTHORIZATION no_schemas");
  const DatabaseUrl url = PostgresServer::instance().url(target.url().database(), "no_schemas");
  {
    const auto database = open_database(url);
    History(*database).create();
    CHECK(History(*database).read().has_history);
  }
  target.execute("DROP OWNED BY no_schemas; DROP ROLE no_schemas");
}

TEST_CASE("Nobody but the owner may read the history, whatever the default privileges are.") {
  TestDatabase target(Dialect::postgres);
  target.execute(
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO "
      "PUBLIC");
  History(*target.open()).create();
  target.execute("CREATE ROLE a_reader");
  CHECK(target.ask("SELECT has_schema_privilege('a_reader', 'drydock', 'USAGE')::text") == "false");
  CHECK(target.ask("SELECT has_table_privilege('a_reader', 'drydock.history', 'SELECT')::text") == "false");
  CHECK(target.ask("SELECT has_table_privilege('a_reader', 'drydock.stamp', 'SELECT')::text") == "false");
  target.execute("DROP ROLE a_reader");
}

TEST_CASE("A stamp is written once, and replaced only when that is asked for.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    const Stamp production{"0123456789abcdef0123456789abcdef", "production", "shop", "7123"};
    const Stamp staging{"fedcba9876543210fedcba9876543210", "staging", "shop", ""};
    history.write_stamp(production);
    CHECK_THROWS_AS(history.write_stamp(staging), AlreadyStamped);
    CHECK(history.read().stamp->environment == "production");

    history.write_stamp(staging, History::Replacing::yes);
    const Stamp read = history.read().stamp.value();
    CHECK(read.database_id == staging.database_id);
    CHECK(read.environment == "staging");
    CHECK(read.project == "shop");
    CHECK(read.system_identifier.empty());
    CHECK(history.read().rows.empty());
  });
}

TEST_CASE("A history can be read from a session that may only read.") {
  each_dialect([](TestDatabase& target) {
    {
      const auto database = target.open();
      History(*database).create();
      write(*database, some_row());
    }
    const auto database = target.open({.access = OpenOptions::Access::read_only});
    CHECK(History(*database).read().rows.size() == 1);
  });
}

TEST_CASE("A row in a state that this version does not know is not taken for another.") {
  TestDatabase target(Dialect::sqlite);
  const auto database = target.open();
  History(*database).create();
  write(*database, some_row());
  database->execute("PRAGMA ignore_check_constraints = on; UPDATE drydock_history SET state = 'undone'");
  CHECK_THROWS_WITH(History(*database).read(), doctest::Contains("undone"));
}

TEST_CASE("A thousand rows are read fast.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    std::vector<Statement> statements;
    for (int i = 0; i < 1000; ++i) statements.push_back(history.record(some_row(std::to_string(20260000000000 + i))));
    database->begin();
    database->run(statements, Database::Sending::together);
    database->commit();
    const auto start = std::chrono::steady_clock::now();
    CHECK(history.read().rows.size() == 1000);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    // A few milliseconds when optimised; a debug build on a busy machine gets room.
    CHECK(took.count() < 250);
  });
}

}  // namespace
}  // namespace drydock
