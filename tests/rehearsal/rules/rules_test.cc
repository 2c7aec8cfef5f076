#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "rehearsal/rules/all_rules.h"
#include "rehearsal/rules/rule_case.h"

namespace drydock {
namespace {

Migration migration_of(const std::string& sql, Dialect dialect) {
  MigrationFile file;
  file.file = "0001_case.sql";
  file.text = sql + "\n";
  return parse_migration(file, dialect);
}

std::vector<Finding> findings_of(const RuleCase& each, Dialect dialect) {
  RuleReader rules(dialect, {});
  if (!each.earlier.empty()) rules.read(migration_of(each.earlier, dialect));
  rules.begin_deployment();
  std::vector<Finding> findings = rules.read(migration_of(each.sql, dialect));
  std::erase_if(findings, [&](const Finding& finding) { return finding.rule != each.rule; });
  return findings;
}

std::string short_form(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings)
    text += (text.empty() ? "" : "\n") + std::to_string(finding.line) + " " + finding.object;
  return text;
}

void check_all(const std::vector<RuleCase>& cases, Dialect dialect) {
  for (const RuleCase& each : cases) {
    CAPTURE(each.rule);
    CAPTURE(each.earlier);
    CAPTURE(each.sql);
    CHECK(short_form(findings_of(each, dialect)) == each.expected);
  }
}

TEST_CASE("PostgreSQL: what locks or writes a table is found, and what does not is left alone") {
  check_all(postgres_lock_cases(), Dialect::postgres);
}

TEST_CASE("PostgreSQL: what fails, breaks code or changes all rows is found, and what does not is left alone") {
  check_all(postgres_other_cases(), Dialect::postgres);
}

TEST_CASE("SQLite: what is found, and what is left alone") { check_all(sqlite_cases(), Dialect::sqlite); }

// Of one dialect: how often each rule is to find something, and how often nothing.
std::map<std::string, std::pair<int, int>> counted(const std::vector<const std::vector<RuleCase>*>& lists) {
  std::map<std::string, std::pair<int, int>> counts;
  for (const auto* list : lists)
    for (const RuleCase& each : *list) ++(each.expected.empty() ? counts[each.rule].second : counts[each.rule].first);
  return counts;
}

TEST_CASE("every rule has a case for it and three against it in each of its dialects, and its page") {
  const auto postgres = counted({&postgres_lock_cases(), &postgres_other_cases()});
  const auto sqlite = counted({&sqlite_cases()});
  std::set<std::string_view> ids;
  for (const Rule* rule : all_rules()) {
    const std::string id(rule->id);
    CAPTURE(id);
    CHECK(ids.insert(rule->id).second);
    CHECK(find_rule(id) == rule);
    for (const Dialect dialect : {Dialect::postgres, Dialect::sqlite}) {
      const auto& counts = dialect == Dialect::postgres ? postgres : sqlite;
      const auto found = counts.find(id);
      CHECK((found != counts.end()) == rule->speaks(dialect));
      if (found == counts.end()) continue;
      CHECK(found->second.first >= 1);
      CHECK(found->second.second >= 3);
    }
    CHECK(std::filesystem::exists(std::filesystem::path(DRYDOCK_SOURCE_DIR) / "docs/rules" / (id + ".md")));
  }
  CHECK(ids.size() == all_rules().size());
  CHECK(find_rule("no-such-rule") == nullptr);
}

TEST_CASE("every finding says what is wrong and what to do, in sentences") {
  for (const auto& [cases, dialect] :
       {std::pair{&postgres_lock_cases(), Dialect::postgres}, std::pair{&postgres_other_cases(), Dialect::postgres},
        std::pair{&sqlite_cases(), Dialect::sqlite}})
    for (const RuleCase& each : *cases)
      for (const Finding& finding : findings_of(each, dialect)) {
        CAPTURE(each.sql);
        CHECK(finding.message.ends_with('.'));
        CHECK(finding.fix.ends_with('.'));
        CHECK(finding.level == to_string(find_rule(finding.rule)->level));
      }
}

TEST_CASE("an index of a partitioned table has another way out than one of any other") {
  const auto fix = [](const std::string& earlier) {
    const auto findings =
        findings_of({"index-not-concurrent", "CREATE INDEX i ON t (x);", "", earlier}, Dialect::postgres);
    REQUIRE(findings.size() == 1);
    return findings.front().fix;
  };
  CHECK(fix("CREATE TABLE t (x int);").starts_with("Write CREATE INDEX CONCURRENTLY"));
  CHECK(fix("CREATE TABLE t (x int) PARTITION BY RANGE (x);").starts_with("Create it ON ONLY t"));
}

TEST_CASE("what one migration of a deployment makes is new to the next, until that is deployed") {
  RuleReader rules(Dialect::postgres, {});
  const Migration index = migration_of("CREATE INDEX i ON users (email);", Dialect::postgres);
  CHECK(rules.read(migration_of("CREATE TABLE users (email text);", Dialect::postgres)).empty());
  CHECK(rules.read(index).empty());
  rules.begin_deployment();
  CHECK(rules.read(index).size() == 1);
}

TEST_CASE("an ignored rule finds nothing, and the others go on") {
  RuleReader rules(Dialect::postgres, {"index-not-concurrent"});
  const std::vector<Finding> findings =
      rules.read(migration_of("CREATE INDEX i ON users (email);\nDROP INDEX j;", Dialect::postgres));
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().rule == "index-drop-not-concurrent");
}

TEST_CASE("a statement that the grammar does not know has no findings, and spoils none of the others") {
  const std::string sql =
      "CREATE INDEX ON users WITH MAGIC (email);\nUPDAET users SET a = 1;\nCREATE INDEX ON users (a);";
  CHECK(short_form(findings_of({"index-not-concurrent", sql, ""}, Dialect::postgres)) == "3 users");
}

const Measured::RowsByTable nothing;

std::vector<Finding> findings_measured(const std::string& sql, const Measured& measured) {
  const Migration migration = migration_of(sql, Dialect::postgres);
  return RuleReader(Dialect::postgres, {}).read(migration, cut_into_parts(migration, Dialect::postgres), measured);
}

ObservedMigration observed(const std::vector<ObservedStatement>& statements) {
  ObservedMigration migration;
  migration.statements = statements;
  return migration;
}

Finding only_finding(const std::string& sql, const ObservedMigration& seen, const Measured::RowsByTable& rows) {
  const std::vector<Finding> findings = findings_measured(sql, {seen, rows});
  REQUIRE(findings.size() == 1);
  return findings.front();
}

TEST_CASE("in a rehearsal a finding says what was measured, and names the table as the server does") {
  const Measured::RowsByTable rows = {{"public.orders", 5}, {"public.users", 120331}};
  const ObservedMigration seen = observed({{.line = 1, .locks = {{"public.users", "ShareLock", 1.2}}, .rewrote = {}}});
  const Finding finding = only_finding("CREATE INDEX i ON users (email);", seen, rows);
  CHECK(finding.object == "public.users");
  CHECK(finding.message.ends_with(". In the rehearsal public.users (120,331 rows) was locked (ShareLock) for 1.2 s."));
}

TEST_CASE("what was measured of another table, or in another transaction, is not said of this one") {
  const ObservedMigration seen = observed({{.line = 1, .locks = {{"public.users", "ShareLock", 1.2}}, .rewrote = {}},
                                           {.line = 4, .locks = {{"app.my_users", "ShareLock", 9}}, .rewrote = {}}});
  const Finding finding = only_finding(
      "ALTER TABLE users VALIDATE CONSTRAINT c;\nCOMMIT;\nBEGIN;\nCREATE INDEX i ON users (email);", seen, {});
  CHECK(finding.line == 4);
  CHECK(finding.object == "users");
  CHECK(finding.message.find("rehearsal") == std::string::npos);
}

TEST_CASE("whether a table was written anew is believed when it was seen") {
  const auto with = [](const std::vector<std::string>& rewrote) {
    return observed({{.line = 1, .locks = {}, .rewrote = rewrote}});
  };
  const auto count = [](const std::string& sql, const ObservedMigration& seen) {
    return findings_measured(sql, {seen, nothing}).size();
  };
  const std::string to_zoned = "ALTER TABLE a ALTER x TYPE timestamptz;";
  CHECK(count(to_zoned, with({"public.a"})) == 1);
  CHECK(count(to_zoned, with({})) == 0);
  CHECK(count("ALTER TABLE a ALTER x TYPE bigint;", with({})) == 0);
  CHECK(count("ALTER TABLE a ADD x bigserial;", with({})) == 0);
  CHECK(count("ALTER TABLE a ADD x bigserial;", with({"public.a"})) == 1);
  const std::string own_function = "ALTER TABLE a ADD x int DEFAULT mine();";
  CHECK(count(own_function, with({"public.a"})) == 1);
  CHECK(count(own_function, with({})) == 0);
}

TEST_CASE("what went well in the rehearsal is not said to fail") {
  const std::string required = "ALTER TABLE a ADD x int NOT NULL;";
  const auto count = [&](const ObservedMigration& seen) { return findings_measured(required, {seen, nothing}).size(); };
  CHECK(count(observed({{.line = 1, .locks = {}, .rewrote = {}}})) == 0);
  ObservedMigration failed = observed({});
  failed.error_line = 1;
  CHECK(count(failed) == 1);
}

}  // namespace
}  // namespace drydock
