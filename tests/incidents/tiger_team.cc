// Tiger Team, New Year's Eve 2022: several PostgreSQL instances competed, and the backups were made from an empty one.
// They succeeded every night, and held nothing. Here pg_dump takes them, from a database as the other instance had it:
// made anew, and empty.
#include <doctest/doctest.h>

#include <cstdlib>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

struct Instance : Project {
  Instance() : Project(Project::Kind::postgres) {}
  // Last night's, by cron.
  bool back_up(const std::string& database_url, const std::string& file) const {
    const std::string pg_dump = (fixtures::PostgresServer::instance().binaries() / "pg_dump").string();
    return std::system(("cd '" + folder().string() + "' && mkdir -p nightly && " + pg_dump + " -Fc -f nightly/" + file +
                        " '" + database_url + "'")
                           .c_str()) == 0;
  }
  Ran in_production(std::vector<std::string> words) const {
    words.insert(words.end(), {"--environment", "production"});
    return drydock(words);
  }
  std::string players() const { return value("SELECT count(*) FROM players"); }
};

void deploy(const Instance& production) {
  production.write("migrations/0001_create_players.sql",
                   "CREATE TABLE players (id integer PRIMARY KEY, name text, seen_at timestamp);\n"
                   "CREATE TABLE teams (id integer PRIMARY KEY);\n");
  REQUIRE(production.in_production({"init"}).code == 0);
  REQUIRE(production.in_production({"migrate"}).code == 0);
  production.sql(
      "INSERT INTO players SELECT n, 'player ' || n, '2022-12-30 12:00' FROM generate_series(1, 1000) n; INSERT INTO "
      "teams SELECT generate_series(1, 50)");
}

TEST_CASE("the backup of an empty instance succeeds, and is found out by the first check") {
  const Instance production, other;
  deploy(production);
  REQUIRE(production.back_up(other.url(), "monday.dump"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"backup", "check", "nightly/monday.dump"}, {"drill", "--folder", "nightly"}}) {
    const Ran ran = production.in_production(words);
    INFO(ran.out, ran.err);
    CHECK(ran.code == 7);
    CHECK(ran.says("it is the backup of an empty instance"));
  }
}

TEST_CASE("where the database of today is empty too, the last proved backup is the measure") {
  const Instance production;
  deploy(production);
  REQUIRE(production.back_up(production.url(), "monday.dump"));
  REQUIRE(production.in_production({"drill", "--folder", "nightly"}).code == 0);
  // The application goes on with tables that somebody made anew: zero rows equal zero rows.
  production.sql("DELETE FROM players; DELETE FROM teams");
  REQUIRE(production.back_up(production.url(), "tuesday.dump"));
  const Ran ran = production.in_production({"drill", "--folder", "nightly"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 7);
  CHECK(ran.says("tuesday.dump"));
}

TEST_CASE("a migration that takes rows away waits for a backup that holds them") {
  const Instance production, other;
  deploy(production);
  const std::string settings = production.read("drydock.toml");
  production.write("drydock.toml", settings + "\n[policy]\nbackup = { max_age = \"24h\", min_rows = \"90%\" }\n");
  production.write("migrations/0002_end_teams.sql",
                   "-- drydock:consent table-dropped public.teams rows<=50 reason=\"the season is over\"\n"
                   "DROP TABLE teams;\n");
  REQUIRE(production.back_up(other.url(), "monday.dump"));
  CHECK(production.in_production({"drill", "--folder", "nightly"}).code == 7);
  const Ran ran = production.in_production({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 7);
  CHECK(production.value("SELECT count(*) FROM teams") == "50");

  REQUIRE(production.back_up(production.url(), "tuesday.dump"));
  CHECK(production.in_production({"drill", "--folder", "nightly"}).code == 0);
  CHECK(production.in_production({"migrate"}).code == 0);
  CHECK_FALSE(production.has_table("teams"));
  CHECK(production.players() == "1000");
}

TEST_CASE("the empty instance is no target: what production's id is expected of is never filled") {
  const Instance production, other;
  deploy(production);
  const Ran ran = production.without_database({"migrate", "--environment", "production", "--database", other.url()});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 5);
  CHECK(ran.says("an empty database where another one is expected is never filled"));
  CHECK_FALSE(other.has_table("players"));
}

}  // namespace
}  // namespace drydock
