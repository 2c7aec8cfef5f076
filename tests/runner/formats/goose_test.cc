// A folder of goose's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;
using fixtures::RefusedFile;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("goose: the sections keep their lines, and a statement ends where its annotation says") {
  FormatFolder folder("goose");
  folder.with("00002_b.sql", "-- +goose Up\nselect 2;\n").with("embed.go").with("00010_x_test.go");
  folder.with("00001_a.sql",
              "-- what it does\n-- +goose Up\n-- +goose StatementBegin\nselect 1\n-- +goose StatementEnd\n"
              "select 3;\n-- +goose down\ndrop table a;\n");
  CHECK(folder.recognised() == "goose");
  CHECK(folder.listing() == "00001 a (1), 00002 b (2)");
  const std::vector<MigrationFile> files = folder.read();
  CHECK(files[0].text == "\n\n\nselect 1\n;\nselect 3;\n");
  CHECK(*files[0].undo->text == "\n\n\n\n\n\n\ndrop table a;\n");
  CHECK_FALSE(files[0].transaction_none);
  CHECK_FALSE(files[1].undo.has_value());
}

TEST_CASE("goose: no transaction holds for both directions") {
  FormatFolder folder("goose");
  folder.with("1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nvacuum;\n-- +goose Down\nvacuum;\n");
  CHECK(folder.read().front().transaction_none);
  CHECK(folder.read().front().undo->transaction_none);
}

TEST_CASE("goose: variables of the environment are replaced where it is switched on") {
  FormatContext context;
  context.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "OWNER") return "app";
    if (name == "EMPTY") return "";
    if (name == "LINES") return "a\nb";
    return std::nullopt;
  };
  struct Row {
    const char* line;
    const char* becomes;  // or what it is refused with
  };
  const Row rows[] = {{"a $OWNER ${OWNER}b", "a app appb"},
                      {"${NONE:-x} ${EMPTY:-y} ${EMPTY-z} ${NONE-w}", "x y  w"},
                      {"$$ \\$OWNER \\\\ $(x) $", "$ $OWNER \\\\ $(x) $"},
                      {"-- $NONE", "-- $NONE"},
                      {"$NONE", "1_a.sql:3: the environment variable NONE is not set"},
                      {"${NONE?say it}", "NONE is not set: say it"},
                      {"${OWNER:1:2}", "a form that drydock does not replace"},
                      {"${NONE:-$OWNER}", "another variable inside"},
                      {"${OWNER", "no closing brace"},
                      {"$LINES", "more than one line"},
                      {"$1", "name of a variable"}};
  for (const Row& row : rows) {
    CAPTURE(row.line);
    FormatFolder folder("goose");
    folder.with("1_a.sql",
                std::string("-- +goose Up\n-- +goose ENVSUB ON\n") + row.line + "\n-- +goose ENVSUB OFF\n$A\n");
    const std::string error = folder.error(context);
    if (error.empty())
      CHECK(folder.read(context).front().text == std::string("\n\n") + row.becomes + "\n\n$A\n");
    else
      CHECK(contains(error, row.becomes));
  }
}

TEST_CASE("goose: what it could not read is refused with its line") {
  const RefusedFile rows[] = {
      {"1_a.sql", "select 1;\n", "1_a.sql: the line -- +goose Up is missing"},
      {"1_a.sql", "\nselect 1;\n-- +goose Up\n", "1_a.sql:2: this stands before -- +goose Up"},
      {"1_a.sql", "-- +goose Down\n", "1_a.sql:1: "},
      {"1_a.sql", "-- +goose Up\n-- +goose Up\n", "a second time"},
      {"1_a.sql", "-- +goose Up\n  -- +goose Down\n", "without blanks"},
      {"1_a.sql", "-- +goose Up\n-- +goose Sideways\n", "unknown annotation of goose: Sideways"},
      {"1_a.sql", "-- +goose Up\n-- +goose StatementEnd\n", "StatementEnd has no StatementBegin"},
      {"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\n", "1_a.sql:2: StatementBegin has no StatementEnd"},
      {"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n", "in line 2"},
      {"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementBegin\n", "inside"},
      {"1_a.sql", "-- +goose StatementBegin\n", "before -- +goose Up"},
      {"0_a.sql", "-- +goose Up\n", "0_a.sql"},
      {"seed.sql", "-- +goose Up\n", "seed.sql"},
      {"2_fill.go", "package m\n", "2_fill.go"},
      {"1_a.sql", "/* of the\n company */\n-- +goose Up\n", ""},
  };
  for (const RefusedFile& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("goose");
    CHECK(contains(folder.with(row.file, row.text).error(), row.says));
    if (*row.says != '\0') CHECK_FALSE(folder.error().empty());
  }
}

TEST_CASE("goose: sections in a folder that is read as files without any are refused") {
  const char* texts[] = {"-- +goose Down\n", "-- migrate:down\n", "--migrate:up\n", "-- +migrate Down\n",
                         "---- create above / drop below ----\n"};
  for (const char* text : texts)
    for (const char* format : {"native", "sqlx"}) {
      CAPTURE(text);
      FormatFolder folder(format);
      CHECK(contains(folder.with("1_a.sql", std::string("select 1;\n") + text).error(), "1_a.sql:2: "));
    }
  FormatFolder folder("native");
  CHECK(folder.with("1_a.sql", "-- as +goose Down does\nselect '+goose Up', 'migrate:up';\n").error().empty());
}

TEST_CASE("goose: the next file") {
  FormatFolder folder("goose");
  folder.with("00009_a.sql", "-- +goose Up\n");
  CHECK(folder.next("Add it") == std::vector<std::string>{"00010_add_it.sql"});
}
