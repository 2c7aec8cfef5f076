// KeepTheScore, 2020: a function that drops all tables and makes them again, meant for localhost, ran on the production
// connection, because the variable that should have said otherwise was not set. Seven hours of data were lost: those
// since the last backup. Here the same function runs by psycopg2, as it was, and the variable is not set.
#include <doctest/doctest.h>

#include <cstdlib>

#include "fixtures/project.h"

namespace drydock {
namespace {

constexpr const char* schema =
    "CREATE TABLE games (id integer PRIMARY KEY, title text NOT NULL);\n"
    "CREATE TABLE scores (game_id integer REFERENCES games, player text, points integer);\n";

// Without DEVELOPMENT_DATABASE it connects to what the application connects to.
constexpr const char* model_create = R"py(import os, psycopg2
TABLES = {"games": "id integer PRIMARY KEY, title text NOT NULL",
          "scores": "game_id integer REFERENCES games, player text, points integer"}

def database_model_create():
    """Only works on localhost, for security."""
    address = os.environ.get("DEVELOPMENT_DATABASE", os.environ["DATABASE_URL"])
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
        for table, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {table} ({columns})")
    print("Initialized the local database.")

database_model_create()
)py";

struct Application : Project {
  explicit Application(const char* environment) : Project(Project::Kind::postgres), environment_(environment) {
    write("migrations/0001_create_games.sql", schema);
    write("model_create.py", model_create);
    REQUIRE(drydock({"init", "--environment", environment_}).code == 0);
    REQUIRE(drydock({"migrate", "--environment", environment_}).code == 0);
    sql("INSERT INTO games SELECT n, 'game ' || n FROM generate_series(1, 300) n; INSERT INTO scores SELECT 1 + n % "
        "300, "
        "'ann', n FROM generate_series(1, 4000) n");
  }
  bool model_create_succeeds() const {
    return std::system(("cd '" + folder().string() + "' && DATABASE_URL='" + url() +
                        "' /usr/bin/python3 model_create.py >said 2>&1")
                           .c_str()) == 0;
  }
  std::string rows() const {
    return value("SELECT (SELECT count(*) FROM games) || ' ' || (SELECT count(*) FROM scores)");
  }
  Ran reset() const { return drydock({"reset", "--environment", environment_}); }

 private:
  std::string environment_;
};

TEST_CASE("without protection the function empties production and says that it was the local database") {
  const Application application("production");
  CHECK(application.model_create_succeeds());
  CHECK(application.read("said").find("Initialized the local database.") != std::string::npos);
  CHECK(application.rows() == "0 0");
}

TEST_CASE("in a protected database the function is refused, and every row is there") {
  const Application application("production");
  const Ran ran = application.drydock({"protect", "--environment", "production"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK_FALSE(application.model_create_succeeds());
  CHECK(application.read("said").find("drydock protects this database") != std::string::npos);
  CHECK(application.rows() == "300 4000");
  // The next migration is not held up.
  application.write("migrations/0002_end_scores.sql",
                    "-- drydock:consent table-dropped public.scores rows<=4000 reason=\"counted elsewhere now\"\n"
                    "DROP TABLE scores;\n");
  CHECK(application.drydock({"migrate", "--environment", "production"}).code == 0);
  CHECK(application.value("SELECT count(*) FROM games") == "300");
}

TEST_CASE("reset takes the function's place: it empties development, and refuses production") {
  const Application production("production"), development("development");
  const Ran refused = production.reset();
  INFO(refused.out, refused.err);
  CHECK(refused.code == 5);
  CHECK(production.rows() == "300 4000");
  // The same mistake: the variables of development, and production's address.
  const Ran mistaken =
      development.without_database({"reset", "--environment", "development", "--database", production.url()});
  INFO(mistaken.out, mistaken.err);
  CHECK(mistaken.code == 5);
  CHECK(production.rows() == "300 4000");

  CHECK(development.reset().code == 0);
  CHECK_FALSE(development.has_table("games"));
  CHECK(development.drydock({"migrate"}).code == 0);
  CHECK(development.rows() == "0 0");
}

}  // namespace
}  // namespace drydock
