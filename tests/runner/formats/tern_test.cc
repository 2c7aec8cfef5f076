// A folder of tern's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("tern: what is made and what takes it back are parted by a line") {
  FormatFolder folder("tern");
  folder.with("001_a.sql",
              "create table a();\n---- create above / drop below ----\n---- tern: disable-tx ----\ndrop table a;\n");
  CHECK(folder.recognised() == "tern");
  folder.with("002_b.sql", "---- tern: disable-tx ----\nvacuum;\n").with("shared/v.sql", "{{ . }}");
  CHECK(folder.listing() == "001 a (1), 002 b (2)");
  const std::vector<MigrationFile> files = folder.read();
  CHECK(files[0].text == "create table a();\n");
  CHECK(*files[0].undo->text == "\n\n---- tern: disable-tx ----\ndrop table a;\n");
  CHECK(files[0].undo->transaction_none);
  CHECK_FALSE(files[0].transaction_none);
  CHECK(files[1].transaction_none);
  CHECK_FALSE(files[1].undo.has_value());
  CHECK(folder.next("c") == std::vector<std::string>{"003_c.sql"});
}

TEST_CASE("tern: a folder with its configuration is its, whatever the first file holds") {
  FormatFolder folder("tern");
  folder.with("001_a.sql").with("tern.conf", "[database]\n");
  CHECK(folder.recognised() == "tern");
}

TEST_CASE("tern: gaps, templates and a separator among other words are refused") {
  struct Row {
    const char* file;
    const char* text;
    const char* says;
  };
  const Row rows[] = {{"003_c.sql", "select 1;\n", "in the place of 2 stands 003_c.sql"},
                      {"1_b.sql", "select 1;\n", "have the same version 1"},
                      {"002_b.sql", "\nselect {{.x}};\n", "002_b.sql:2: holds a template"},
                      {"002_b.sql", "x ---- create above / drop below ----\n", "002_b.sql:1: "},
                      {"notes.sql", "", "notes.sql"}};
  for (const Row& row : rows) {
    CAPTURE(row.file);
    FormatFolder folder("tern");
    CHECK(contains(folder.with("001_a.sql").with(row.file, row.text).error(), row.says));
  }
}
