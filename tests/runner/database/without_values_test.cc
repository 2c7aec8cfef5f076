#include <doctest/doctest.h>

#include <string>

#include "runner/database/error.h"

using namespace drydock;

TEST_CASE("quoted parts of a message are taken out, whatever quotes they hold themselves") {
  struct Case {
    const char* message;
    const char* without;
  };
  const Case cases[] = {
      {"division by zero", "division by zero"},
      {"value too long for type character varying(2)", "value too long for type character varying(2)"},
      {R"(invalid input syntax for type integer: "0171-555")", "invalid input syntax for type integer: '…'"},
      {R"(value "99999" is out of range for type smallint)", "value '…' is out of range for type smallint"},
      {R"(relation "bob@x" already exists)", "relation '…' already exists"},
      {R"(column "a" of relation "b" does not exist)", "column '…' of relation '…' does not exist"},
      {R"(update or delete on table "p" violates foreign key constraint "f" on table "c")",
       "update or delete on table '…' violates foreign key constraint '…' on table '…'"},
      // A value that holds quotes: nothing of it may be left, at the price of some of the server's own words.
      {R"(invalid input syntax for type integer: "call "bob" at home")", "invalid input syntax for type integer: '…'"},
      {R"(invalid input syntax for type integer: "5" tall")", "invalid input syntax for type integer: '…'"},
      {R"(invalid input syntax for type integer: "a" bob "c")", "invalid input syntax for type integer: '…'"},
      {R"(invalid input syntax for type integer: "")", "invalid input syntax for type integer: '…'"},
      {R"(invalid input syntax for type integer: "it's")", "invalid input syntax for type integer: '…'"},
      {R"(unterminated quoted string at or near "'secret)", "unterminated quoted string at or near '…'"},
      {"UNIQUE constraint failed: users.email", "UNIQUE constraint failed: users.email"},
      {R"(near "bob": syntax error)", "near '…': syntax error"},
      {R"(unrecognized token: "'abc")", "unrecognized token: '…'"},
      {"there's no such thing", "there's no such thing"},
      // Other languages of the server's.
      {"Relation »bob« existiert bereits", "Relation '…' existiert bereits"},
      {"la relation « bob » existe déjà", "la relation '…' existe déjà"},
      {"リレーション\"bob\"はすでに存在します", "リレーション'…'はすでに存在します"},
      // What servers print without quotes.
      {R"(invalid byte sequence for encoding "UTF8": 0xc3 0x28)", "invalid byte sequence for encoding '…': '…' '…'"},
      {R"(setval: value 4711 is out of bounds for sequence "s" (1..10))",
       "setval: value '…' is out of bounds for sequence '…' (1..10)"},
      {"function bob@example.org(integer) does not exist", "function '…' does not exist"},
      {"operator does not exist: jsonb @> integer", "operator does not exist: '…'"},
      {"operator does not exist: bob", "operator does not exist: '…'"},
      {"function public.bob miller(integer, text) does not exist", "function '…' does not exist"},
      {"procedure bob() does not exist", "procedure '…' does not exist"},
      {"column t.bob does not exist", "column '…' does not exist"},
      {"cannot drop column bob of table u because other objects depend on it",
       "cannot drop column '…' of table '…' because other objects depend on it"},
      {"cannot cast type bob to integer", "cannot cast type '…' to '…'"},
      {"no such column: bob", "no such column: '…'"},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.message));
    CHECK(without_values(c.message) == c.without);
  }
}

TEST_CASE("an error names its SQLSTATE and keeps the server's words apart") {
  DatabaseError::Details details;
  details.sqlstate = "22P02";
  details.message = R"(invalid input syntax for type integer: "0171-555")";
  DatabaseError error(details);
  CHECK(std::string(error.what()) == "ERROR 22P02: invalid input syntax for type integer: '…'");
  CHECK(error.raw() == details.message);
}

TEST_CASE("what code raised is withheld as a whole") {
  struct Case {
    const char* sqlstate;
    bool raised_by_code;
  };
  for (const Case& c : {Case{"P0001", false}, Case{"SQLITE_CONSTRAINT_TRIGGER", false}, Case{"23505", true}}) {
    CAPTURE(std::string(c.sqlstate));
    DatabaseError::Details details;
    details.sqlstate = c.sqlstate;
    details.message = "bob@example.org owes 4711";
    details.raised_by_code = c.raised_by_code;
    CHECK(std::string(DatabaseError(details).what()) ==
          "ERROR " + std::string(c.sqlstate) +
              ": raised by the migration's own code (message withheld: it may hold values)");
  }
}

TEST_CASE("a syntax error tells its line instead of what it stands near") {
  DatabaseError::Details details;
  details.sqlstate = "42601";
  details.message = R"(syntax error at or near "bob")";
  details.line = 3;
  CHECK(std::string(DatabaseError(details).what()) ==
        "ERROR 42601: syntax error at or near '…' (in line 3 of the statement)");
}
