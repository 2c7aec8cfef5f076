// Every writer on the same few documents: what a reader must find there, and what must never be there.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "runner/report/documents.h"
#include "runner/report/quantity.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

TEST_CASE("the ending of a file's name chooses its writer") {
  CHECK(writer_for("out/report.md")->name() == "markdown");
  CHECK(writer_for("report.json")->name() == "json");
  CHECK(writer_for("report.txt")->name() == "text");
  CHECK(writer_for("report.html")->name() == "html");
  CHECK(writer_for("report.sarif")->name() == "sarif");
  CHECK(writer_for("report.xml")->name() == "junit");
  CHECK(writer_for("report.doc") == nullptr);
  CHECK(writer_for("json") == nullptr);
}

TEST_CASE("every writer has a name and an ending of its own, and ends its text with a newline") {
  for (const auto& writer : all_writers()) {
    CHECK(writer_for("x" + std::string(writer->ending())) == writer.get());
    for (const Document& document :
         {safe_document(), rejected_document(), consented_document(), failed_document(), Document{}})
      CHECK(writer->write(document).ends_with('\n'));
  }
}

// The consent of rejected_document(), as the writer's format spells it.
std::string spelled_by(const ReportWriter& writer) {
  if (writer.ending() == ".json" || writer.ending() == ".sarif") return R"(rows<=5 reason=\"...\")";
  if (writer.ending() == ".html" || writer.ending() == ".xml") return "rows&lt;=5 reason=&quot;...&quot;";
  return "rows<=5 reason=\"...\"";
}

TEST_CASE("every writer names a loss by its kind, table, rows and line, and the consent that would allow it") {
  for (const auto& writer : all_writers()) {
    const std::string text = writer->write(rejected_document());
    INFO(writer->name(), "\n", text);
    for (const char* part : {"table-dropped", "public.legacy", "0003_drop_legacy.sql", "rejected", "archive"})
      CHECK(contains(text, part));
    CHECK(contains(text, spelled_by(*writer)));
  }
}

TEST_CASE("every writer names the consents that match no loss") {
  for (const auto& writer : all_writers()) {
    const std::string text = writer->write(consented_document());
    INFO(writer->name(), "\n", text);
    CHECK(contains(text, "rows-deleted public.users"));
    CHECK(contains(text, "exported to the archive, OPS-12"));
  }
}

TEST_CASE("text for a terminal says first what would be lost") {
  const std::string text = make_text_writer()->write(rejected_document());
  CHECK(
      text.starts_with("Would be lost, without a consent:\n  table-dropped  public.legacy  3 rows\n    by "
                       "0003_drop_legacy.sql:4\n"));
  CHECK(contains(text, "\n    -- drydock:consent table-dropped public.legacy rows<=5 reason=\"...\"\n"));
  CHECK(text.ends_with("\nRejected: 1 loss has no consent. drydock migrate refuses it.\n"));
}

TEST_CASE("text says where the shadow lay, what was cut off, and that it is gone") {
  const std::string text = make_text_writer()->write(rejected_document());
  CHECK(contains(text, "\nCloned 120,331 rows in 12 tables (9.1 MB) in 1.9 s from postgresql://app@db/app.\n"));
  CHECK(contains(text, "\nThe shadow (private) lay in /run/shadow-1 and is gone.\n"));
  CHECK(contains(text, "\n  The foreign server 'archive' was cut off.\n"));
}

TEST_CASE("text is painted only where it is asked to be") {
  CHECK_FALSE(contains(make_text_writer()->write(rejected_document()), "\033"));
  CHECK(contains(make_text_writer()->write(rejected_document(), Style{true}), "\033[1;31mtable-dropped\033[0m"));
  CHECK_FALSE(contains(make_json_writer()->write(rejected_document(), Style{true}), "\033"));
  CHECK_FALSE(contains(make_markdown_writer()->write(rejected_document(), Style{true}), "\033"));
}

TEST_CASE("a failed migration is reported with its error, and the ones after it as not run") {
  const std::string text = make_text_writer()->write(failed_document());
  CHECK(
      contains(text, "  0002 add_email  failed, 12 ms\n    0002_add_email.sql:3: column '…' already exists (42701)\n"));
  CHECK(contains(text, "  not run: 0003\n"));
  CHECK(contains(make_markdown_writer()->write(failed_document()), "- not run: 0003\n"));
}

TEST_CASE("a bound that was too low is said beside the loss") {
  Document document = rejected_document();
  document.migrations[1].losses[0].too_many = "rows<=2";
  CHECK(contains(make_text_writer()->write(document), "    its consent allows rows<=2 only\n"));
}

TEST_CASE("a loss that could not be measured says why") {
  Document document = rejected_document();
  document.migrations[1].losses[0].undetermined = "its rows could not be counted";
  CHECK(contains(make_text_writer()->write(document), "public.legacy  not measured: its rows could not be counted\n"));
}

TEST_CASE("a vacuous rehearsal says what it does not hold") {
  Document document = safe_document();
  document.verdict = "vacuous";
  document.vacuous_because = "public.users holds 0 of 40 rows";
  const std::string text = make_text_writer()->write(document);
  CHECK(contains(text, "Vacuous: public.users holds 0 of 40 rows, so that nothing is proved."));
  CHECK(nlohmann::json::parse(make_json_writer()->write(document))["vacuous_because"] == document.vacuous_because);
}

TEST_CASE("the JSON document has the fields that scripts rely on") {
  Document document = rejected_document();
  document.migrations[1].statements = {{4, 0.004, 0, 8312, {{"public.legacy", "AccessExclusiveLock", 0.01}}, {}}};
  document.migrations[1].findings = {{"index-not-concurrent", "warning", "public.users", "m", "f", 9}};
  const auto json = nlohmann::json::parse(make_json_writer()->write(document));
  CHECK(json["schema"] == "drydock.rehearsal/1");
  CHECK(json["verdict"] == "rejected");
  CHECK(json["plan"] == nlohmann::json{{"hash", "sha256:abc"}, {"migrations", {"0002", "0003"}}});
  CHECK(json["source"] ==
        nlohmann::json{{"database", "postgresql://app@db/app"}, {"tables", 12}, {"rows", 120331}, {"bytes", 9123456}});
  CHECK(json["shadow"]["provider"] == "private");
  CHECK(json["shadow"]["taken_at"] == "2026-11-20T10:30:00Z");
  const auto& second = json["migrations"][1];
  CHECK(second["version"] == "0003");
  CHECK(second["file"] == "0003_drop_legacy.sql");
  CHECK(second["error"].is_null());
  CHECK(second["losses"][0]["kind"] == "table-dropped");
  CHECK(second["losses"][0]["object"] == "public.legacy");
  CHECK(second["losses"][0]["rows"] == 3);
  CHECK(second["losses"][0]["line"] == 4);
  CHECK(second["losses"][0]["consented"] == false);
  CHECK(second["losses"][0]["reason"].is_null());
  CHECK(second["findings"][0]["rule"] == "index-not-concurrent");
  CHECK(second["statements"][0]["wal_bytes"] == 8312);
  CHECK(second["statements"][0]["locks"][0]["mode"] == "AccessExclusiveLock");
  CHECK(second["statements"][0]["rewrote"].is_array());
}

TEST_CASE("a rehearsal of nothing is a JSON document too") {
  Document document;
  document.verdict = "safe";
  const auto json = nlohmann::json::parse(make_json_writer()->write(document));
  CHECK(json["shadow"].is_null());
  CHECK(json["migrations"].is_array());
  CHECK(json["plan"]["migrations"].is_array());
}

TEST_CASE("text that is no UTF-8 does not break the JSON document") {
  Document document = rejected_document();
  document.migrations[0].name = "add_\xff";
  CHECK_NOTHROW(nlohmann::json::parse(make_json_writer()->write(document)));
}

TEST_CASE("names cannot break out of a cell of the pull request's table") {
  Document document = rejected_document();
  document.migrations[1].losses[0].object = "public.a|b<img>\n`c`";
  const std::string text = make_markdown_writer()->write(document);
  CHECK(contains(text,
                 R"(| table-dropped | public.a\|b&lt;img> \`c\` | 3 rows | `0003_drop_legacy.sql:4` | **none** |)"));
}

TEST_CASE("numbers are written as people read them") {
  CHECK(count_of(1, "row") == "1 row");
  CHECK(count_of(0, "row") == "0 rows");
  CHECK(count_of(1234567, "row") == "1,234,567 rows");
  CHECK(count_of(999, "loss", "losses") == "999 losses");
  CHECK(duration_text(0.0004) == "0.4 ms");
  CHECK(duration_text(0.012) == "12 ms");
  CHECK(duration_text(0.9994) == "999 ms");
  CHECK(duration_text(1.94) == "1.9 s");
  CHECK(duration_text(42.4) == "42 s");
  CHECK(duration_text(125) == "2 min 5 s");
  CHECK(size_text(999) == "999 bytes");
  CHECK(size_text(9123456) == "9.1 MB");
  CHECK(size_text(999999) == "1.0 MB");
}

}  // namespace
}  // namespace drydock
