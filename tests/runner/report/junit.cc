// The report as JUnit's XML: a case for each migration of the plan, and counts that are those of the cases.
#include <doctest/doctest.h>

#include "runner/report/documents.h"
#include "runner/report/markup.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

std::string junit(const Document& document) { return make_junit_writer()->write(document); }

int times(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("JUnit: the counts are those of the cases") {
  struct Case {
    const char* what;
    Document document;
    const char* counts;
  };
  for (const Case& each : {Case{"safe", safe_document(), R"(tests="1" failures="0" errors="0" skipped="0")"},
                           {"rejected", rejected_document(), R"(tests="2" failures="1" errors="0" skipped="0")"},
                           {"consented", consented_document(), R"(tests="2" failures="0" errors="0" skipped="0")"},
                           {"failed", failed_document(), R"(tests="2" failures="0" errors="1" skipped="1")"},
                           {"vacuous", vacuous_document(), R"(tests="2" failures="0" errors="1" skipped="1")"},
                           {"nothing is pending", Document{}, R"(tests="1" failures="0" errors="0" skipped="0")"}}) {
    const std::string text = junit(each.document);
    INFO(each.what, "\n", text);
    CHECK(times(text, each.counts) == 2);
    const std::string counts = "tests=\"" + std::to_string(times(text, "<testcase ")) + "\" failures=\"" +
                               std::to_string(times(text, "<failure ")) + "\" errors=\"" +
                               std::to_string(times(text, "<error ")) + "\" skipped=\"" +
                               std::to_string(times(text, "<skipped ")) + "\"";
    CHECK(counts == each.counts);
    CHECK(what_is_malformed(text) == "");
  }
}

TEST_CASE("JUnit: a rejected migration fails with its losses and the lines that would allow them") {
  Document document = rejected_document();
  document.migrations[1].losses.push_back(consented_document().migrations[1].losses[0]);
  const std::string text = junit(document);
  CHECK(contains(
      text,
      "    <testcase name=\"0003_drop_legacy.sql\" classname=\"drydock.rehearsal\" time=\"0.012000\">\n"
      "      <failure type=\"rejected\" message=\"1 loss has no consent\">table-dropped public.legacy: 3 rows, by "
      "0003_drop_legacy.sql:4\n\nIf it is meant, add to the head of the file:\n-- drydock:consent table-dropped "
      "public.legacy rows&lt;=5 reason=&quot;...&quot;\n</failure>\n"
      "      <system-out>table-dropped public.legacy: 3 rows, allowed: exported to the archive, OPS-12\n</system-out>\n"
      "    </testcase>\n"));
}

TEST_CASE("JUnit: an undo that is not proved fails its migration, with what differs") {
  Document document = safe_document();
  document.verdict = document.migrations[0].verdict = "rejected";
  document.migrations[0].undo = ReportedUndo{false, "", {"table public.legacy: its rows are not those"}};
  const std::string text = junit(document);
  CHECK(contains(text, "message=\"undo not proved: it does not give back what was there before\""));
  CHECK(contains(text, "table public.legacy: its rows are not those\n</failure>"));
}

TEST_CASE("JUnit: what failed is an error, and what was behind it is skipped") {
  const std::string text = junit(failed_document());
  CHECK(contains(text, "<error type=\"failed\" message=\"0002_add_email.sql:3: column '…' already exists (42701)\">"));
  CHECK(contains(text,
                 "<testcase name=\"0003\" classname=\"drydock.rehearsal\" time=\"0.000000\">\n      <skipped "
                 "message=\"not run: a migration before it failed\"/>"));
}

TEST_CASE("JUnit: a vacuous shadow is a case of its own") {
  const std::string text = junit(vacuous_document());
  CHECK(contains(text,
                 "<error type=\"vacuous\" message=\"public.users holds 0 of 40 rows, so that nothing is proved\">"));
  CHECK(contains(text, "message=\"not run: the shadow does not hold what the source holds\""));
}

TEST_CASE("JUnit: no name breaks the XML") {
  const std::string text = junit(hostile_document());
  INFO(text);
  CHECK(what_is_malformed(text) == "");
  CHECK_FALSE(contains(text, "<script>"));
  CHECK_FALSE(contains(text, "]]>"));
  CHECK(contains(text, "<testcase name=\"a&quot;b' &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; ]]&gt; {{x}}"));
  CHECK(contains(text, "[31m\xEF\xBF\xBD&#10;\t"));
}

}  // namespace
}  // namespace drydock
