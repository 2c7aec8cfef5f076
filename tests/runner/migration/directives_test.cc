#include "runner/migration/directives.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "runner/sql/splitter.h"

using namespace drydock;
using namespace std::chrono_literals;

namespace {

constexpr Dialect pg = Dialect::postgres;
constexpr Dialect lite = Dialect::sqlite;

std::string described(const Consent& consent) {
  std::string parts;
  for (const std::string& part : consent.object.parts) parts += "<" + part + ">";
  const std::string bound = consent.most_rows ? " " + std::to_string(*consent.most_rows) : "";
  return std::to_string(consent.line) + " " + std::string(to_string(consent.kind)) + " " + parts + bound + ": " +
         consent.reason;
}

struct Row {
  Dialect dialect;
  std::string text;
  std::string expected;
};

const std::vector<Row> consents = {
    {pg, "-- drydock:consent table-dropped public.t reason=\"unused\"", "1 table-dropped <public><t>: unused"},
    {pg, "--drydock:consent table-dropped public.t reason=\"x\"", "1 table-dropped <public><t>: x"},
    {pg, "\n  --   drydock:consent  rows-deleted\tpublic.t  reason=\"x\"  \n", "2 rows-deleted <public><t>: x"},
    {pg, "-- drydock:consent table-truncated a.T rows<=10 reason=\"x\"", "1 table-truncated <a><T> 10: x"},
    {pg, "-- drydock:consent table-recreated a.t rows<=0 reason=\"x\"", "1 table-recreated <a><t> 0: x"},
    {pg, "-- drydock:consent column-dropped a.t.c reason=\"x\"", "1 column-dropped <a><t><c>: x"},
    {pg, "-- drydock:consent values-changed a.t.c reason=\"say \"\"it\"\" = done\"",
     "1 values-changed <a><t><c>: say \"it\" = done"},
    {pg, "-- drydock:consent values-erased a.\"my t.x\".\"say \"\"c\"\"\" reason=\"x\"",
     "1 values-erased <a><my t.x><say \"c\">: x"},
    {pg, "-- drydock:consent table-dropped \"a\".t-1 reason=\"x\"", "1 table-dropped <a><t-1>: x"},
    {pg, "/* c */\n-- other\n;-- drydock", ""},
    {lite, "-- drydock:consent table-dropped t reason=\"x\"", "1 table-dropped <t>: x"},
    {lite, "-- drydock:consent column-dropped t.c rows<=3 reason=\"x\"", "1 column-dropped <t><c> 3: x"},
    {lite, "-- drydock:consent column-dropped \"a.b\".\"c d\" reason=\"x\"", "1 column-dropped <a.b><c d>: x"},
    // Not directives at all.
    {pg, "/* drydock:consent nonsense\n-- drydock:nonsense\n*/ select 1", ""},
    {pg, "select '\n-- drydock:nonsense\n'", ""},
    {pg, "do $$\n-- drydock:nonsense\n$$", ""},
    {pg, "copy t from stdin;\n-- drydock:nonsense\n\\.\n", ""},
    {pg, "-- see drydock:consent\nselect 1", ""},
    {pg, "--- drydock:nonsense\nselect 1", ""},
    {pg, "-- Drydock: a tool\nselect 1", ""},
    {lite, "select [\n-- drydock:nonsense\n]", ""},
};

const std::vector<Row> refusals = {
    {pg, "-- drydock:nonsense", "1 unknown directive drydock:nonsense"},
    {pg, "-- drydock:", "1 unknown directive"},
    {pg, "-- drydock: consent table-dropped a.t reason=\"x\"", "1 unknown directive"},
    {pg, "\n-- drydock:Consent table-dropped a.t reason=\"x\"", "2 unknown directive drydock:Consent"},
    {pg, "\n-- drydock:squash through=0042", "2 drydock:squash belongs to a squashed baseline"},
    {pg, "-- drydock:replaces 0001", "1 drydock:replaces belongs to a squashed baseline"},
    {pg, "-- drydock:squash\n/* c */\n-- drydock:replaces 0001", "3 drydock:replaces belongs to a squashed baseline"},
    {pg, "-- drydock:consent table-lost a.t reason=\"x\"", "1 unknown kind of loss: table-lost"},
    {pg, "-- drydock:consent", "1 unknown kind of loss: none"},
    {pg, "-- drydock:consent table-dropped", "1 names no object"},
    {pg, "-- drydock:consent table-dropped a. reason=\"x\"", "1 names no object"},
    {pg, "-- drydock:consent table-dropped t reason=\"x\"", "1 is schema.table, not t"},
    {pg, "-- drydock:consent table-dropped a.t.c reason=\"x\"", "1 is schema.table, not a.t.c"},
    {pg, "-- drydock:consent column-dropped t.c reason=\"x\"", "1 is schema.table.column, not t.c"},
    {lite, "-- drydock:consent table-dropped main.t reason=\"x\"", "1 is table, not main.t"},
    {lite, "-- drydock:consent column-dropped c reason=\"x\"", "1 is table.column, not c"},
    {pg, "-- drydock:consent table-dropped a.t", "1 needs its reason"},
    {pg, "-- drydock:consent table-dropped a.t rows<=5", "1 needs its reason"},
    {pg, "-- drydock:consent table-dropped a.t reason=x", "1 needs its reason"},
    {pg, "-- drydock:consent table-dropped a.t reason=\"\"", "1 reason of the consent is empty"},
    {pg, "-- drydock:consent table-dropped a.t reason=\" \t\"", "1 reason of the consent is empty"},
    {pg, "-- drydock:consent table-dropped a.t reason=\"x", "1 no closing double quote"},
    {pg, "-- drydock:consent table-dropped a.\"t reason=x", "1 no closing double quote"},
    {pg, "-- drydock:consent table-dropped a.t\"x\" reason=\"x\"", "1 stray double quote"},
    {pg, "-- drydock:consent table-dropped a.t rows<= reason=\"x\"", "1 rows<=N"},
    {pg, "-- drydock:consent table-dropped a.t rows<=-1 reason=\"x\"", "1 rows<=N"},
    {pg, "-- drydock:consent table-dropped a.t rows<=5k reason=\"x\"", "1 rows<=N"},
    {pg, "-- drydock:consent table-dropped a.t rows<=99999999999999999999 reason=\"x\"", "1 rows<=N"},
    {pg, "-- drydock:consent table-dropped a.t rows=5 reason=\"x\"", "1 rows<=N"},
    {pg, "-- drydock:consent table-dropped a.t reason=\"x\" rows<=5", "1 more behind it"},
    {pg, "-- drydock:transaction", "1 transaction none"},
    {pg, "-- drydock:transaction off", "1 transaction none"},
    {pg, "-- drydock:transaction none please", "1 more behind it"},
    {pg, "-- drydock:foreign-keys on", "1 for SQLite"},
    {lite, "-- drydock:foreign-keys off", "1 foreign-keys on"},
    {pg, "-- drydock:lock-timeout", "1 needs a duration"},
    {pg, "-- drydock:lock-timeout 5", "1 needs a duration"},
    {pg, "-- drydock:lock-timeout 5s\n-- drydock:lock-timeout 6s", "2 given twice"},
    {pg, "-- drydock:keep 30d", "1 the file has no consent"},
    {lite, "\n-- drydock:keep 30d\nselect 1", "2 the file has no consent"},
    {pg, "-- drydock:keep", "1 needs a time"},
    {pg, "-- drydock:keep 30", "1 needs a time"},
    {pg, "-- drydock:keep 30min", "1 needs a time"},
    {pg, "-- drydock:keep 0d", "1 needs a time"},
    {pg, "-- drydock:keep -1d", "1 needs a time"},
    {pg, "-- drydock:keep 999999999w", "1 needs a time"},
    {pg, "-- drydock:keep 1d\n-- drydock:keep 2d", "2 given twice"},
    {pg, "-- drydock:keep 1d forever", "1 more behind it"},
    {pg, "select 1;\n\n-- drydock:transaction none", "3 before the first statement"},
    {pg, "select 1 -- drydock:transaction none", "1 before the first statement"},
    {pg, "select\n-- drydock:transaction none\n1", "2 before the first statement"},
    {pg, "select 'a\nb';\n-- drydock:transaction none", "3 before the first statement"},
};

}  // namespace

TEST_CASE("Consents are read from the comments before the first statement") {
  for (const Row& row : consents) {
    CAPTURE(row.text);
    const Directives directives = read_directives(row.text, row.dialect);
    REQUIRE(directives.consents.size() == (row.expected.empty() ? 0 : 1));
    if (!row.expected.empty()) CHECK(described(directives.consents[0]) == row.expected);
  }
}

TEST_CASE("A directive that cannot be read is refused with its line") {
  for (const Row& row : refusals) {
    CAPTURE(row.text);
    const std::size_t blank = row.expected.find(' ');
    try {
      read_directives(row.text, row.dialect);
      FAIL("it was read");
    } catch (const SqlTextError& error) {
      CAPTURE(error.what());
      CHECK(error.line == std::stoi(row.expected.substr(0, blank)));
      CHECK(std::string(error.what()).find(row.expected.substr(blank + 1)) != std::string::npos);
    }
  }
}

TEST_CASE("The other directives set what they name, several together") {
  const Directives directives = read_directives(
      "-- drydock:transaction none\n-- drydock:foreign-keys on\n/* c */ -- drydock:lock-timeout 2s\n"
      "-- drydock:statement-timeout 10min\n-- drydock:consent table-dropped t reason=\"x\"\n"
      "-- drydock:consent table-dropped u reason=\"y\"\nselect 1;",
      lite);
  CHECK(directives.transaction_none);
  CHECK(directives.foreign_keys_on);
  CHECK(directives.lock_timeout == 2s);
  CHECK(directives.statement_timeout == 10min);
  REQUIRE(directives.consents.size() == 2);
  CHECK(directives.consents[1].line == 6);
}

TEST_CASE("A file without directives asks for nothing") {
  const Directives directives = read_directives("select 1", pg);
  CHECK(directives.consents.empty());
  CHECK_FALSE(directives.transaction_none);
  CHECK_FALSE(directives.foreign_keys_on);
  CHECK_FALSE(directives.lock_timeout.has_value());
  CHECK_FALSE(directives.statement_timeout.has_value());
}

TEST_CASE("A duration is a whole number with its unit") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("2s") == 2s);
  CHECK(parse_duration("10min") == 10min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("1d") == 24h);
  CHECK(parse_duration("0s") == 0s);
  for (const char* text : {"", "5", "s", "5 s", " 5s", "5s ", "5S", "-5s", "-0s", "+5s", "1.5s", "5m", "5sec",
                           "99999999999999999999s", "9223372036854775807d"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}
