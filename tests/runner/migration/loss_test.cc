#include "runner/migration/loss.h"

#include <doctest/doctest.h>

#include <string>

#include "runner/migration/directives.h"

using namespace drydock;

TEST_CASE("Kinds of loss go by the words of directives and reports") {
  struct Row {
    LossKind kind;
    const char* word;
    bool column;
  };
  const Row rows[] = {
      {LossKind::table_dropped, "table-dropped", false},     {LossKind::table_recreated, "table-recreated", false},
      {LossKind::table_truncated, "table-truncated", false}, {LossKind::rows_deleted, "rows-deleted", false},
      {LossKind::column_dropped, "column-dropped", true},    {LossKind::values_changed, "values-changed", true},
      {LossKind::values_erased, "values-erased", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.word);
    CHECK(to_string(row.kind) == row.word);
    CHECK(loss_kind_from(row.word) == row.kind);
    CHECK(concerns_column(row.kind) == row.column);
  }
  CHECK_FALSE(loss_kind_from("table_dropped").has_value());
  CHECK_FALSE(loss_kind_from("").has_value());
}

TEST_CASE("An object's directive text reads back as the object") {
  const ObjectName names[] = {
      {{"public", "t"}}, {{"a.b", "c d"}}, {{"say \"x\"", "t"}}, {{"A-1", "é"}}, {{"\"", "t\tu"}}};
  for (const ObjectName& name : names) {
    CAPTURE(name.directive_text());
    const std::string text = "-- drydock:consent table-dropped " + name.directive_text() + " reason=\"x\"";
    const Directives directives = read_directives(text, Dialect::postgres);
    CHECK(directives.consents.at(0).object == name);
  }
}

TEST_CASE("Reports name an object without quotes, directives with those it needs") {
  const ObjectName name{{"public", "my table", "a\"b"}};
  CHECK(name.text() == "public.my table.a\"b");
  CHECK(name.directive_text() == "public.\"my table\".\"a\"\"b\"");
}
