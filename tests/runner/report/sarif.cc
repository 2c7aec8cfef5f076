// The report as SARIF 2.1.0: what code scanning needs to find in it, and where it would show each result.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "runner/report/documents.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

using Json = nlohmann::json;

Json run_of(const Document& document) {
  const Json log = Json::parse(make_sarif_writer()->write(document));
  CHECK(log.at("version") == "2.1.0");
  CHECK(log.at("$schema").get<std::string>().ends_with("sarif-2.1.0.json"));
  REQUIRE(log.at("runs").size() == 1);
  return log.at("runs").at(0);
}

const Json& physical(const Json& result) { return result.at("locations").at(0).at("physicalLocation"); }

std::string uri_of(const Json& result) { return physical(result).at("artifactLocation").at("uri"); }

// "table-dropped error 0003_drop_legacy.sql:4", for each result.
std::vector<std::string> results_of(const Document& document) {
  std::vector<std::string> lines;
  const Json run = run_of(document);
  for (const Json& result : run.at("results")) {
    const bool has_line = physical(result).contains("region");
    lines.push_back(result.at("ruleId").get<std::string>() + " " + result.at("level").get<std::string>() + " " +
                    uri_of(result) +
                    (has_line ? ":" + physical(result).at("region").at("startLine").dump() : std::string()));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("SARIF: each result has its rule, its level and its place") {
  CHECK(results_of(safe_document()).empty());
  CHECK(results_of(Document{}).empty());
  CHECK(results_of(rejected_document()) == Lines{"table-dropped error 0003_drop_legacy.sql:4"});
  CHECK(results_of(consented_document()) ==
        Lines{"table-dropped note 0003_drop_legacy.sql:4", "unused-consent warning 0003_drop_legacy.sql:2"});
  CHECK(results_of(failed_document()) == Lines{"migration-failed error 0002_add_email.sql:3"});
  CHECK(results_of(vacuous_document()) == Lines{"vacuous-shadow error ."});
}

TEST_CASE("SARIF: a finding is a result of its rule, at SARIF's level") {
  Document document = safe_document();
  document.migrations[0].findings = {{"index-not-concurrent", "warning", "public.users", "It blocks.", "Do not.", 9},
                                     {"undo-differs", "error", "", "It differs.", "", 0},
                                     {"index-not-concurrent", "info", "public.users", "It blocks.", "", 10}};
  CHECK(results_of(document) == Lines{"index-not-concurrent warning 0002_add_email.sql:9",
                                      "undo-differs error 0002_add_email.sql",
                                      "index-not-concurrent note 0002_add_email.sql:10"});
  const Json run = run_of(document);
  CHECK(run.at("results").at(0).at("message").at("text") == "It blocks. Do not.");
  CHECK(run.at("tool").at("driver").at("rules").at(0).at("shortDescription").at("text") == "Index not concurrent.");
}

TEST_CASE("SARIF: every rule stands there once, with what it is about, and every result points to its own") {
  for (Document document : {safe_document(), rejected_document(), consented_document(), failed_document(),
                            vacuous_document(), hostile_document()}) {
    for (ReportedMigration& migration : document.migrations) {
      const std::vector<ReportedLoss> losses = migration.losses;
      migration.losses.insert(migration.losses.end(), losses.begin(), losses.end());
    }
    const Json run = run_of(document);
    const Json& rules = run.at("tool").at("driver").at("rules");
    std::set<std::string> ids;
    for (const Json& rule : rules) {
      CHECK(rule.at("shortDescription").at("text").get<std::string>().ends_with('.'));
      CHECK(ids.insert(rule.at("id").get<std::string>()).second);
    }
    for (const Json& result : run.at("results")) {
      CHECK(rules.at(result.at("ruleIndex").get<std::size_t>()).at("id") == result.at("ruleId"));
      CHECK_FALSE(result.at("message").at("text").get<std::string>().empty());
      CHECK(result.at("locations").size() == 1);
    }
  }
}

TEST_CASE("SARIF: the tool has drydock's version, where it is known") {
  Document document = safe_document();
  CHECK_FALSE(run_of(document).at("tool").at("driver").contains("version"));
  document.tool_version = "1.2.3";
  const Json run = run_of(document);
  CHECK(run.at("tool").at("driver").at("name") == "drydock");
  CHECK(run.at("tool").at("driver").at("version") == "1.2.3");
}

TEST_CASE("SARIF: a file's place is a URI, from the root of the repository or absolute") {
  struct Case {
    std::string folder, file, uri;
  };
  for (const Case& each : {Case{"", "0003_drop.sql", "0003_drop.sql"},
                           {"db/migrations", "0003_drop.sql", "db/migrations/0003_drop.sql"},
                           {"/srv/app", "0003_drop.sql", "file:///srv/app/0003_drop.sql"},
                           {"a folder", "V3__100%_\xC3\xA9#?.sql", "a%20folder/V3__100%25_%C3%A9%23%3F.sql"},
                           {"", "c:d.sql", "c%3Ad.sql"},
                           {"db", "", "db/drydock.consents"}}) {
    Document document = rejected_document();
    document.folder = each.folder;
    document.migrations[1].file = each.file;
    const Json run = run_of(document);
    CHECK(uri_of(run.at("results").at(0)) == each.uri);
  }
}

TEST_CASE("SARIF: where the line is not known there is no region") {
  Document document = rejected_document();
  document.migrations[1].losses[0].line = 0;
  CHECK(results_of(document) == Lines{"table-dropped error 0003_drop_legacy.sql"});
}

TEST_CASE("SARIF: a loss says what would allow it, why that does not suffice, or why it may be") {
  Document document = rejected_document();
  const auto text = [&] {
    const Json run = run_of(document);
    return run.at("results").at(0).at("message").at("text").get<std::string>();
  };
  CHECK(text() ==
        "table-dropped public.legacy: 3 rows. No consent allows it. If it is meant, add to the head of the file:\n"
        "-- drydock:consent table-dropped public.legacy rows<=5 reason=\"...\"");
  document.migrations[1].losses[0].too_many = "rows<=2";
  CHECK(contains(text(), "Its consent allows rows<=2 only."));
  document.migrations[1].file.clear();
  document.migrations[1].name = "alembic";
  CHECK(contains(text(), "public.legacy: 3 rows, by the command alembic."));
  CHECK(contains(text(), "add to drydock.consents:"));
  document = consented_document();
  CHECK(text() == "table-dropped public.legacy: 3 rows. Allowed: exported to the archive, OPS-12");
}

TEST_CASE("SARIF: what has a meaning in a message is escaped, and what is no text is replaced") {
  Document document = rejected_document();
  document.migrations[1].losses[0].object = "a{0}[b](c)\x01\xff";
  const Json run = run_of(document);
  const Json& result = run.at("results").at(0);
  CHECK(result.at("message").at("text").get<std::string>().starts_with(
      "table-dropped a{{0}}[b] (c)\xEF\xBF\xBD\xEF\xBF\xBD: 3 rows."));
  CHECK(result.at("locations").at(0).at("logicalLocations").at(0).at("fullyQualifiedName") ==
        "a{0}[b](c)\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("SARIF: the run tells its verdict, what was cut off, and what was not run") {
  const Json run = run_of(failed_document());
  CHECK(run.at("properties").at("verdict") == "failed");
  CHECK(run.at("invocations").at(0).at("executionSuccessful") == true);
  CHECK(run_of(vacuous_document()).at("invocations").at(0).at("executionSuccessful") == false);
  CHECK(contains(run.at("invocations").dump(), "Not run: 0003"));
  CHECK(contains(run_of(rejected_document()).at("invocations").dump(), "The foreign server 'archive' was cut off."));
}

}  // namespace
}  // namespace drydock
