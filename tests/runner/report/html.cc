// The report as a page: what stands first, what is folded away, and that it needs nothing from anywhere else.
#include <doctest/doctest.h>

#include "runner/report/documents.h"
#include "runner/report/markup.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

std::string page(const Document& document) { return make_html_writer()->write(document); }

const std::vector<Document>& documents() {
  static const std::vector<Document> all{safe_document(),   rejected_document(), consented_document(),
                                         failed_document(), vacuous_document(),  hostile_document(),
                                         Document{}};
  return all;
}

TEST_CASE("HTML: every page is well-formed, whatever its names are") {
  for (const Document& document : documents()) {
    const std::string text = page(document);
    INFO(text);
    CHECK(what_is_malformed(text, {"meta"}) == "");
    CHECK(text.starts_with("<!DOCTYPE html>\n"));
    CHECK(text.ends_with("</html>\n"));
  }
}

TEST_CASE("HTML: a page needs nothing from elsewhere, and runs nothing") {
  for (const Document& document : documents()) {
    const std::string text = page(document);
    for (const char* part : {"<script", "<link", "<img", "<iframe", "url(", "@import", "src=", "href=", "onclick"})
      CHECK_MESSAGE(!contains(text, part), part);
    CHECK(contains(text, "default-src 'none'"));
  }
}

TEST_CASE("HTML: names are escaped wherever they stand") {
  const std::string text = page(hostile_document());
  CHECK(contains(text, "a&quot;b&apos; &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; ]]&gt; {{x}} [y](z) "));
  CHECK_FALSE(contains(text, "alert(1)</script>"));
}

TEST_CASE("HTML: the verdict comes first, then what is lost, the consents, the migrations, and how it was found out") {
  const std::string text = page(rejected_document());
  std::size_t at = 0;
  for (const char* part :
       {"<body>", "<strong>Rejected:</strong> 1 loss has no consent. drydock migrate refuses it.", "What would be lost",
        "table-dropped", "public.legacy", "3 rows", "0003_drop_legacy.sql:4", ">none<", "If it is meant",
        "-- drydock:consent table-dropped public.legacy rows&lt;=5 reason=&quot;...&quot;", ">Migrations<",
        "0002 add_email", "0003 drop_legacy", "How this was found out", "The shadow (private) lay in /run/shadow-1",
        "archive", "sha256:abc"}) {
    const std::size_t found = text.find(part, at);
    CHECK_MESSAGE(found != std::string::npos, part);
    if (found != std::string::npos) at = found;
  }
}

TEST_CASE("HTML: losses without a consent stand before those that have one") {
  Document document = consented_document();
  document.migrations.push_back(rejected_document().migrations[1]);
  document.migrations.back().losses[0].object = "public.later";
  const std::string text = page(document);
  CHECK(text.find("<code>public.later</code>") < text.find("<code>public.legacy</code>"));
}

TEST_CASE("HTML: a part that has nothing to say is not there") {
  const std::string text = page(safe_document());
  for (const char* part : {"What would be lost", "If it is meant", "Not run:", "<details>", "class=\"told\""})
    CHECK_MESSAGE(!contains(text, part), part);
  const std::string nothing = page(Document{});
  for (const char* part : {">Migrations<", "How this was found out", "class=\"figures\""})
    CHECK_MESSAGE(!contains(nothing, part), part);
}

TEST_CASE("HTML: statements are folded away, with the columns that the database knows") {
  Document document = safe_document();
  document.migrations[0].statements = {{3, 0.004, 12, 0, {}, {}}, {4, 0.001, 0, 0, {}, {}}};
  const std::string sqlite = page(document);
  CHECK(contains(sqlite, "<summary>2 statements</summary>"));
  CHECK(contains(sqlite, "12 rows"));
  for (const char* part : {">WAL<", ">Locks held<", ">Rewritten<"}) CHECK_MESSAGE(!contains(sqlite, part), part);
  document.migrations[0].statements[1] = {
      4, 0.001, 0, 8312, {{"public.users", "AccessExclusiveLock", 0.01}}, {"public.users"}};
  const std::string postgres = page(document);
  CHECK(contains(postgres, "<summary>2 statements, 8.3 kB of WAL, 1 table rewritten</summary>"));
  CHECK(contains(postgres, "<code>public.users</code> AccessExclusiveLock, 10 ms"));
}

TEST_CASE("HTML: what a migration is remarked on is said with it") {
  Document document = consented_document();
  document.migrations[1].findings = {{"index-not-concurrent", "warning", "public.users", "It blocks.", "Do not.", 9}};
  document.migrations[1].undo = ReportedUndo{true, "", {}};
  const std::string text = page(document);
  for (const char* part :
       {"unused consent</span> rows-deleted public.users (line 2)", "exported to the archive, OPS-12",
        "index-not-concurrent</span> line 9: It blocks. <span class=\"soft\">Do not.</span>",
        "undo proved: it gives back the same schema and the same rows"})
    CHECK_MESSAGE(contains(text, part), part);
  const std::string failed = page(failed_document());
  CHECK(
      contains(failed, "<li class=\"failed\">0002_add_email.sql:3: column &apos;…&apos; already exists (42701)</li>"));
  CHECK(contains(failed, "Not run: 0003"));
}

TEST_CASE("HTML: another tool's command is named, and its consents stand in drydock.consents") {
  Document document = rejected_document();
  document.migrations = {document.migrations[1]};
  document.migrations[0].name = "alembic";
  document.migrations[0].file.clear();
  const std::string text = page(document);
  CHECK(contains(text, "Rehearsal of the command alembic on"));
  CHECK(contains(text, "Add to <code>drydock.consents</code>"));
}

}  // namespace
}  // namespace drydock
