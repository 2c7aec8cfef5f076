// What a text is cut into, and the line of each statement.
#include "runner/sql/splitter.h"

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <vector>

using namespace drydock;

namespace {

constexpr Dialect pg = Dialect::postgres;
constexpr Dialect lite = Dialect::sqlite;

struct Expected {
  int line;
  std::string text;
};

struct Split {
  Dialect dialect;
  std::string text;
  std::vector<Expected> statements;
};

const std::vector<Split> splits = {
    // Nothing to run.
    {pg, "", {}},
    {pg, " \n\t\n", {}},
    {pg, ";;;\n;", {}},
    {pg, "-- only a comment", {}},
    {pg, "/* one\n/* nested */ */\n;", {}},
    {lite, "-- only a comment\n;", {}},
    // Semicolons and the ends of the text.
    {pg, "select 1", {{1, "select 1"}}},
    {pg, "select 1;", {{1, "select 1"}}},
    {pg, "select 1;;select 2", {{1, "select 1"}, {1, "select 2"}}},
    {pg, "select 1 ;\n\nselect 2\n;\n", {{1, "select 1"}, {3, "select 2"}}},
    {lite, "select 1;\nselect 2", {{1, "select 1"}, {2, "select 2"}}},
    // Lines count from the first token, comments around a statement are not part of it.
    {pg, "-- why\n\n  select 1; -- then\nselect 2", {{3, "select 1"}, {4, "select 2"}}},
    {pg, "/* a\nb */ select 1 /* c */;", {{2, "select 1"}}},
    {pg, "select /* kept */ 1 -- kept\n, 2;", {{1, "select /* kept */ 1 -- kept\n, 2"}}},
    {pg, "select 1 -- ; not here\n;select 2", {{1, "select 1"}, {2, "select 2"}}},
    {pg, "select 'a\nb\nc';\nselect 2", {{1, "select 'a\nb\nc'"}, {4, "select 2"}}},
    {pg, "select $$a\n;\nb$$; select 2", {{1, "select $$a\n;\nb$$"}, {3, "select 2"}}},
    {pg, "select \"a\nb\";\nselect 2", {{1, "select \"a\nb\""}, {3, "select 2"}}},
    // Strings and names of PostgreSQL.
    {pg, "select 'a;''b;'; select 2", {{1, "select 'a;''b;'"}, {1, "select 2"}}},
    {pg, "select '\\'; select 2", {{1, "select '\\'"}, {1, "select 2"}}},
    {pg, "select E'\\';'; select 2", {{1, "select E'\\';'"}, {1, "select 2"}}},
    {pg, "select e'\\\\'; select 2", {{1, "select e'\\\\'"}, {1, "select 2"}}},
    {pg, "select E'a'\n'\\';'; select 2", {{1, "select E'a'\n'\\';'"}, {2, "select 2"}}},
    {pg, "select E'a' -- more\n '\\';'; select 2", {{1, "select E'a' -- more\n '\\';'"}, {2, "select 2"}}},
    {pg, "select 'a'\n'\\'; select 2", {{1, "select 'a'\n'\\'"}, {2, "select 2"}}},
    {pg, "select typE'\\'; select 2", {{1, "select typE'\\'"}, {1, "select 2"}}},
    {pg, "select U&'\\0061;', U&\"a;b\"; select 2", {{1, "select U&'\\0061;', U&\"a;b\""}, {1, "select 2"}}},
    {pg, "select B'1;', X'f;', N'n;'; select 2", {{1, "select B'1;', X'f;', N'n;'"}, {1, "select 2"}}},
    {pg, "select \"a;\"\"b\"; select 2", {{1, "select \"a;\"\"b\""}, {1, "select 2"}}},
    {pg, "select `a; select 2", {{1, "select `a"}, {1, "select 2"}}},
    {pg, "select a[1]; select 2", {{1, "select a[1]"}, {1, "select 2"}}},
    // Dollar quotes.
    {pg, "do $x$ a; $y$ b; $$ $x$; select 2", {{1, "do $x$ a; $y$ b; $$ $x$"}, {1, "select 2"}}},
    {pg, "select $1; select $2", {{1, "select $1"}, {1, "select $2"}}},
    {pg, "select a$b$c; select 2", {{1, "select a$b$c"}, {1, "select 2"}}},
    {pg, "select $1a; select 2$b", {{1, "select $1a"}, {1, "select 2$b"}}},
    {pg, "select $äß$ ; $äß$; select 2", {{1, "select $äß$ ; $äß$"}, {1, "select 2"}}},
    {pg, "select $t1$ $t$ ; $t1$; select 2", {{1, "select $t1$ $t$ ; $t1$"}, {1, "select 2"}}},
    {lite, "select $a; select $b", {{1, "select $a"}, {1, "select $b"}}},
    // Comments: nested in PostgreSQL alone; an operator ends where one begins.
    {pg, "/* a /* b */ ; */ select 1; select 2", {{1, "select 1"}, {1, "select 2"}}},
    {lite, "/* a /* b */ select 1; select 2", {{1, "select 1"}, {1, "select 2"}}},
    {pg, "select 1 +-- ;\n 2; select 3", {{1, "select 1 +-- ;\n 2"}, {2, "select 3"}}},
    {pg, "select 2*/* ; */3; select 4", {{1, "select 2*/* ; */3"}, {1, "select 4"}}},
    // Parentheses hold a rule's statements together.
    {pg,
     "create rule r as on delete to t do (delete from a; delete from b); select 1",
     {{1, "create rule r as on delete to t do (delete from a; delete from b)"}, {1, "select 1"}}},
    {pg, "select 1); select 2", {{1, "select 1)"}, {1, "select 2"}}},
    {pg, "select (1; -- never closed\n", {{1, "select (1"}}},
    // Bodies of SQL functions.
    {pg,
     "create function f() returns int begin atomic select 1; select 2; end; select 3",
     {{1, "create function f() returns int begin atomic select 1; select 2; end"}, {1, "select 3"}}},
    {pg,
     "create or replace procedure p()\nBEGIN ATOMIC\n select case when a then case b when 1 then 2 end end; "
     "end;\nselect 3",
     {{1, "create or replace procedure p()\nBEGIN ATOMIC\n select case when a then case b when 1 then 2 end end; end"},
      {4, "select 3"}}},
    {pg,
     "create function f() returns int begin atomic select t.end, 1 as case from t; end; select 3",
     {{1, "create function f() returns int begin atomic select t.end, 1 as case from t; end"}, {1, "select 3"}}},
    {pg, "begin; select 1; end; select 2", {{1, "begin"}, {1, "select 1"}, {1, "end"}, {1, "select 2"}}},
    {pg, "create table begin_atomic (a int); end;", {{1, "create table begin_atomic (a int)"}, {1, "end"}}},
    {pg,
     "create function f(a int) returns int language sql as 'select 1; select 2'; select 3",
     {{1, "create function f(a int) returns int language sql as 'select 1; select 2'"}, {1, "select 3"}}},
    // psql's lines in dumps.
    {pg, "\\restrict abc\nselect 1;\n\\unrestrict abc\n", {{2, "select 1"}}},
    {pg, "-- dump\n\\restrict a;'b\n\nselect 1;", {{4, "select 1"}}},
    {pg, "set standard_conforming_strings = on;", {{1, "set standard_conforming_strings = on"}}},
    {pg, "set standard_conforming_strings to 'on'", {{1, "set standard_conforming_strings to 'on'"}}},
    // Strings and names of SQLite.
    {lite, "select 'a;''b'; select 2", {{1, "select 'a;''b'"}, {1, "select 2"}}},
    {lite, "select E'\\'; select 2", {{1, "select E'\\'"}, {1, "select 2"}}},
    {lite, "select [a;'b], `c;`, \"d;\"; select 2", {{1, "select [a;'b], `c;`, \"d;\""}, {1, "select 2"}}},
    {lite, "select x'00', '$$;'; select 2", {{1, "select x'00', '$$;'"}, {1, "select 2"}}},
    {lite, "select 1 (; select 2", {{1, "select 1 ("}, {1, "select 2"}}},
    {lite, "select '\n\n';\nselect 2", {{1, "select '\n\n'"}, {4, "select 2"}}},
    {lite, "select a->>'$.b', 1; select 2", {{1, "select a->>'$.b', 1"}, {1, "select 2"}}},
    // Triggers end at "; END;" alone.
    {lite,
     "create trigger t after insert on a begin delete from b; end; select 1",
     {{1, "create trigger t after insert on a begin delete from b; end"}, {1, "select 1"}}},
    {lite,
     "CREATE TEMP TRIGGER t AFTER UPDATE ON a\nBEGIN\n  UPDATE b SET c = CASE WHEN 1 THEN 2 END;\n  SELECT "
     "1;\nEND;\nselect 1",
     {{1,
       "CREATE TEMP TRIGGER t AFTER UPDATE ON a\nBEGIN\n  UPDATE b SET c = CASE WHEN 1 THEN 2 END;\n  SELECT 1;\nEND"},
      {6, "select 1"}}},
    {lite,
     "create /* c */ temporary trigger t after insert on a begin select 1; -- end;\nend; select 1",
     {{1, "create /* c */ temporary trigger t after insert on a begin select 1; -- end;\nend"}, {2, "select 1"}}},
    {lite,
     "create trigger if not exists t after insert on a begin select 1; end",
     {{1, "create trigger if not exists t after insert on a begin select 1; end"}}},
    {lite,
     "create trigger t after insert on a begin select 1; select 2 as end; end; select 1",
     {{1, "create trigger t after insert on a begin select 1; select 2 as end; end"}, {1, "select 1"}}},
    {lite,
     "explain query plan create trigger t after insert on a begin select 1; end; select 1",
     {{1, "explain query plan create trigger t after insert on a begin select 1; end"}, {1, "select 1"}}},
    {lite, "create table trigger_log (a); end;", {{1, "create table trigger_log (a)"}, {1, "end"}}},
    {lite, "begin; select 1; end; select 2", {{1, "begin"}, {1, "select 1"}, {1, "end"}, {1, "select 2"}}},
};

struct Refused {
  Dialect dialect;
  std::string text;
  int line;
  std::string names;
};

const std::vector<Refused> refusals = {
    {pg, "select 'a", 1, "string"},
    {pg, "select 1;\nselect 'a\n\n", 2, "string"},
    {pg, "select E'\\'", 1, "string"},
    {pg, "\ndo $x$ begin $y$;", 2, "string"},
    {pg, "select \"a", 1, "name"},
    {pg, "/* a /* b */", 1, "comment"},
    {lite, "select [a", 1, "name"},
    {lite, "select `a", 1, "name"},
    {lite, "\n/* a", 2, "comment"},
    {pg, "\\connect postgresql://u:secret@h/db\n", 1, "\\connect is"},
    {pg, "select 1;\n  \\i other.sql", 2, "\\i is"},
    {pg, "select 1 \\gexec\n", 1, "\\gexec is"},
    {pg, "select 1\n\\restrict abc\n;", 2, "\\restrict is"},
    {pg, "\\.\n", 1, "\\. is"},
    {pg, "copy t from stdin;\n1\n2\n", 1, "no end"},
    {pg, "select 1;\n\ncopy t from stdin", 3, "no end"},
    {pg, "copy t from stdin; select 1;\n\\.\n", 1, "line after"},
    {pg, "select 1;\nset standard_conforming_strings = off", 2, "standard_conforming_strings"},
    {pg, "SET LOCAL Standard_Conforming_Strings TO 'off'", 1, "standard_conforming_strings"},
    {lite, "select 1;\n.headers on\n", 2, "sqlite3 shell"},
};

}  // namespace

TEST_CASE("A text is cut into its statements, each with the line of its first token") {
  for (const Split& row : splits) {
    CAPTURE(row.text);
    const auto statements = split_statements(row.text, row.dialect);
    REQUIRE(statements.size() == row.statements.size());
    for (std::size_t at = 0; at < statements.size(); ++at) {
      CHECK(statements[at].text == row.statements[at].text);
      CHECK(statements[at].line == row.statements[at].line);
    }
  }
}

TEST_CASE("The statements of a text appear in it in order, without overlap") {
  for (const Split& row : splits) {
    CAPTURE(row.text);
    std::size_t from = 0;
    for (const Statement& statement : split_statements(row.text, row.dialect)) {
      const std::size_t at = row.text.find(statement.text, from);
      REQUIRE(at != std::string::npos);
      from = at + statement.text.size();
    }
  }
}

TEST_CASE("What cannot be read as SQL is refused with its line and without values") {
  for (const Refused& row : refusals) {
    CAPTURE(row.text);
    try {
      split_statements(row.text, row.dialect);
      FAIL("it was split");
    } catch (const SqlTextError& error) {
      CHECK(error.line == row.line);
      CHECK(std::string(error.what()).find(row.names) != std::string::npos);
      CHECK(std::string(error.what()).find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("The lines behind COPY ... FROM stdin are its data") {
  const std::string text =
      "COPY public.t (a, b) FROM stdin WITH (FORMAT csv);  -- data\n"
      "1\tit's; \\N $$ /*\n"
      "\n"
      "\\.\n"
      "copy u from STDIN;\n"
      "\\.\n"
      "select 2;\n";
  const auto statements = split_statements(text, pg);
  REQUIRE(statements.size() == 3);
  CHECK(statements[0].text == "COPY public.t (a, b) FROM stdin WITH (FORMAT csv)");
  CHECK(statements[0].copy_data == "1\tit's; \\N $$ /*\n\n");
  CHECK(statements[1].line == 5);
  CHECK(statements[1].copy_data == "");
  CHECK(statements[2].line == 7);
  CHECK_FALSE(statements[2].copy_data.has_value());
}

TEST_CASE("COPY from elsewhere, or to the client, has no data in the file") {
  for (const char* text : {"copy t from '/a'; select 1", "copy t to stdout; select 1",
                           "copy (select 1) to stdout; select 1", "copy t from program 'x'; select 1"}) {
    CAPTURE(text);
    const auto statements = split_statements(text, pg);
    REQUIRE(statements.size() == 2);
    CHECK_FALSE(statements[0].copy_data.has_value());
  }
}
