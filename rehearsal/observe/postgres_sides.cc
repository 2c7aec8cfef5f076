#include "rehearsal/observe/postgres_sides.h"

#include <algorithm>

#include "runner/sql/joined.h"

namespace drydock {

std::string MappedColumn::still_holds() const {
  if (!reshaped) return old_value() + " = " + new_value();
  return new_value() + "::pg_catalog.jsonb @> pg_catalog.jsonb_strip_nulls(" + old_value() + "::pg_catalog.jsonb)";
}

TableSides::TableSides(Database& database, const TableComparisonInput& input, CastBack how)
    : database_(database), input_(input), kept_(input.kept), how_(how) {
  map_columns();
  const std::vector<int>& key = kept_.before.key;
  keyed_ = !key.empty() && std::all_of(key.begin(), key.end(), [this](int number) {
    const MappedColumn* column = mapped(number);
    return column && column->after && (column->same_column || input_.replaced);
  });
  if (input_.after) make_new_side();
}

void TableSides::map_columns() {
  for (const TableColumn& column : kept_.before.columns) {
    if (column.generated) continue;
    MappedColumn mapped{.before = &column};
    if (input_.after) {
      mapped.after = input_.replaced ? nullptr : input_.after->column(column.number);
      if (!mapped.after) {
        mapped.after = input_.after->column_named(column.name);
        mapped.same_column = input_.replaced || !mapped.after;
      }
      mapped.reshaped =
          mapped.after && column.composite && input_.composites_changed && !retyped(column, *mapped.after);
    }
    columns_.push_back(mapped);
  }
}

const MappedColumn* TableSides::mapped(int number) const {
  for (const MappedColumn& column : columns_) {
    if (column.before->number == number) return &column;
  }
  return nullptr;
}

bool TableSides::in_key(const MappedColumn& column) const {
  const std::vector<int>& key = kept_.before.key;
  return std::find(key.begin(), key.end(), column.before->number) != key.end();
}

std::string TableSides::select_new(const std::string& from, const std::string& where, const TableDetails& table,
                                   Reading reading, const std::string& first_number, const std::string& id) const {
  std::string select = "SELECT " + first_number + " AS nid, " + id + " AS id";
  for (const MappedColumn& column : columns_) {
    if (!column.after && reading == Reading::mapped) continue;
    // In another table of the tree: by the name that it has now.
    const std::string& name = column.after ? column.after->name : column.before->name;
    const TableColumn* source = reading == Reading::by_name ? table.column_named(name) : column.after;
    select += ", ";
    select += source ? cast_back_expression(database_, *column.before, *source, "x", how_)
                     : no_value_of(database_, *column.before);
    select += " AS d" + column.number();
  }
  return select + " FROM " + from + " x" + where;
}

std::string TableSides::after_identity() const {
  return identity_expression(*input_.after, "x", !input_.after->key.empty());
}

void TableSides::make_new_side() {
  const TableDetails& after = *input_.after;
  new_side_ = select_new(after.from(), "", after, Reading::mapped, "pg_catalog.row_number() OVER ()",
                         input_.lineage_wanted ? after_identity() : "NULL::pg_catalog.text");
  if (!keyed_) return;
  std::vector<int> numbers;
  std::vector<std::string> keys;
  for (const int number : kept_.before.key) {
    numbers.push_back(mapped(number)->after->number);
    keys.push_back("y.d" + std::to_string(number));
  }
  // Without a primary key of its own a row's key may be there twice: one row of before is one row of after.
  if (numbers != after.key) {
    new_side_ = "SELECT DISTINCT ON (" + joined(keys, ", ", "") + ") * FROM (" + new_side_ + ") y";
  }
}

std::string TableSides::key_condition() const {
  std::vector<std::string> parts;
  for (const int number : kept_.before.key) {
    const MappedColumn& column = *mapped(number);
    parts.push_back(column.old_value() + " = " + column.new_value());
  }
  return joined(parts, " AND ", "false");
}

// Where the table was dropped, truncated, replaced or emptied, a row under an old key is the old row only if at least
// one of its other values is back, or it had none: demo rows under the old keys are not the old rows.
std::string TableSides::same_row_condition() const {
  if (!input_.replaced && !input_.evidence.truncated && !input_.evidence.emptied) return "";
  std::vector<std::string> back, none;
  for (const MappedColumn& column : columns_) {
    if (in_key(column) || !column.after) continue;
    back.push_back(column.old_value() + " = " + column.new_value());
    none.push_back(column.old_value() + " IS NULL");
  }
  if (back.empty()) return "";
  return " AND ((" + joined(back, " OR ", "") + ") IS TRUE OR (" + joined(none, " AND ", "") + "))";
}

std::string TableSides::match_condition() const { return key_condition() + same_row_condition(); }

std::string TableSides::column_sums(const std::string& matched) const {
  std::string sums;
  for (const MappedColumn& column : columns_) {
    if (!column.after) continue;
    const std::string held = kept_.counts("o", column.before->number);
    const std::string start = ", pg_catalog.count(*) FILTER (WHERE " + matched + " AND ";
    sums += start + held + " AND " + column.new_value() + " IS NULL)";
    sums += start + column.old_value() + " IS NULL AND " + column.new_value() + " IS NOT NULL)";
    sums += start + held + " AND (" + column.still_holds() + ") IS NOT TRUE)";
  }
  return sums;
}

void TableSides::add_sums(const Rows& rows, std::size_t at, CountsByColumn& by_column) const {
  for (const MappedColumn& column : columns_) {
    if (!column.after) continue;
    ColumnCounts& counts = by_column[column.before->number];
    counts.erased += rows.integer(0, at++);
    counts.filled += rows.integer(0, at++);
    counts.unequal += rows.integer(0, at++);
  }
}

}  // namespace drydock
