// What a server's error names apart from its message is shown, unless the name may be a row's value.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

struct Violation {
  const char* what;
  const char* sql;
  const char* shown;  // "" where nothing may be
};

// Tables users (id, email unique, referred_by) and drafts were there before; bob and carol are values in users.email.
const Violation violations[] = {
    {"not null", "INSERT INTO users (id, email) VALUES (2, NULL);",
     "23502: null value in column '…' of relation '…' "
     "violates not-null constraint (table public.users, column email)"},
    {"unique, by the name that the server chose", "INSERT INTO users (id, email) SELECT id + 10, email FROM users;",
     "(table public.users, constraint users_email_key)"},
    {"foreign key", "UPDATE users SET referred_by = 77;", "(table public.users, constraint users_referred_by_fkey)"},
    {"check", "UPDATE users SET age = -1;", "(table public.users, constraint adult)"},
    {"a unique index without a constraint", "INSERT INTO users (id, email, age) VALUES (3, 'dave', 44);",
     "(table public.users, constraint one_of_an_age)"},
    {"a table and a constraint of the migration's own text",
     "CREATE TABLE Orders (n int CONSTRAINT \"some order\" CHECK (n > 0));\nINSERT INTO orders VALUES (0);",
     "(table public.orders, constraint some order)"},
    {"the same in a body of code",
     "DO $$ BEGIN CREATE TABLE fresh (n int NOT NULL); INSERT INTO fresh VALUES (NULL); "
     "END $$;",
     "(table public.fresh, column n)"},
    {"a table that is named after a value",
     "DO $$ DECLARE v text := (SELECT email FROM users WHERE id = 1); BEGIN EXECUTE format('CREATE TABLE %I (n int "
     "CONSTRAINT %I CHECK (n > 0))', v, v || '_rule'); EXECUTE format('INSERT INTO %I VALUES (0)', v); END $$;",
     "23514: new row for relation '…' violates check constraint '…' (schema public)\n"},
    {"a column that is named after a value",
     "DO $$ DECLARE v text := (SELECT email FROM users WHERE id = 1); BEGIN EXECUTE format('ALTER TABLE drafts ADD %I "
     "int "
     "NOT NULL', v); END $$;",
     "(table public.drafts)\n"},
    {"a value that the text holds as a literal",
     "DO $$ DECLARE v text := (SELECT email FROM users WHERE email = 'bob'); BEGIN EXECUTE format('CREATE TABLE %I (n "
     "int "
     "NOT NULL)', v); EXECUTE format('INSERT INTO %I VALUES (NULL)', v); END $$;",
     "(schema public)\n"},
    {"a table that an earlier transaction of the same file named after a value",
     "DO $$ DECLARE v text := (SELECT email FROM users WHERE id = 1); BEGIN EXECUTE format('CREATE TABLE %I (n int NOT "
     "NULL)', v); END $$;\nCOMMIT;\nBEGIN;\nDO $$ DECLARE v text := (SELECT email FROM users WHERE id = 1); BEGIN "
     "EXECUTE "
     "format('INSERT INTO %I VALUES (NULL)', v); END $$;",
     "violates not-null constraint"},
    {"whatever a RAISE says",
     "DO $$ BEGIN RAISE EXCEPTION 'no' USING TABLE = 'users', SCHEMA = 'public', COLUMN = 'email', ERRCODE = '23505'; "
     "END "
     "$$;",
     "(message withheld: it may hold values)\n"},
};

TEST_CASE("an error names table, column and constraint where an author chose them, and never a value") {
  for (const Violation& violation : violations) {
    const Project project(Project::Kind::postgres);
    project.write(
        "migrations/0001_users.sql",
        "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, referred_by int REFERENCES users, "
        "age int CONSTRAINT adult CHECK (age > 17));\nCREATE UNIQUE INDEX one_of_an_age ON users (age);\n"
        "CREATE TABLE drafts (n int);\n");
    REQUIRE(project.drydock({"migrate"}).code == 0);
    project.sql("INSERT INTO users VALUES (1, 'bob', NULL, 44); INSERT INTO drafts VALUES (1)");
    project.write("migrations/0002_next.sql", std::string(violation.sql) + "\n");
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"migrate", "--no-rehearsal"}, {"rehearse"}, {"rehearse", "--json"}}) {
      const Ran ran = project.drydock(words);
      INFO(std::string(violation.what));
      INFO(ran.out, ran.err);
      CHECK(ran.code != 0);
      if (words.back() != "--json") CHECK(ran.says(violation.shown));
      CHECK_FALSE(ran.says("bob"));
    }
  }
}

TEST_CASE("JSON carries the names in fields of their own") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  project.write("migrations/0002_add_colour.sql",
                "ALTER TABLE legacy ADD CONSTRAINT short CHECK (length(note) < 1);\n");
  const auto report = nlohmann::json::parse(project.drydock({"rehearse", "--json"}).out).at("migrations").at(0);
  CHECK(report.at("sqlstate") == "23514");
  CHECK(report.at("schema") == "public");
  CHECK(report.at("table") == "legacy");
  CHECK(report.at("column").is_null());
  CHECK(report.at("constraint") == "short");
  const auto failed = nlohmann::json::parse(project.drydock({"migrate", "--no-rehearsal", "--json"}).out).at("failed");
  CHECK(failed.at("table") == "legacy");
  CHECK(failed.at("constraint") == "short");
  CHECK(failed.at("column").is_null());
}

}  // namespace
}  // namespace drydock
