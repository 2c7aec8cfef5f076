// PostgreSQL's safety copies: tables in the schema drydock_kept, made in the migration's own transaction. A column of a
// type that is not built in is kept as text, so that DROP TYPE neither fails nor takes the copy's column along; there
// are no defaults, constraints or foreign keys in a copy.
#include <algorithm>
#include <stdexcept>

#include "rehearsal/kept/postgres_kept_registry.h"
#include "rehearsal/kept/safety_copies.h"
#include "rehearsal/observe/postgres_keep.h"
#include "rehearsal/observe/postgres_table.h"

namespace drydock {
namespace {

constexpr Oid first_of_users = 16384;

struct Copying {
  KeptCopy copy;
  TableDetails before;
  std::int64_t deleted_before = 0;
};

std::string kept_column(const TableColumn& column, const std::string& alias) {
  const std::string name = drydock::quoted(column.name), value = alias + "." + name;
  return (column.type < first_of_users ? value : value + "::pg_catalog.text") + " AS " + name;
}

// The row as one text, by the columns that are named.
std::string row_text(const std::vector<std::string>& columns, const std::string& alias) {
  std::string parts;
  for (const std::string& name : columns)
    parts += (parts.empty() ? "" : ", ") + alias + "." + drydock::quoted(name) + "::pg_catalog.text";
  return "ROW(" + parts + ")::pg_catalog.text";
}

// Of a copy's rows those that stand in `from` as well, one for one, by the text of those columns. `where` is about the
// table, `t`, alone.
std::string delete_found(const KeptCopy& copy, const std::string& from, const std::vector<std::string>& columns,
                         const std::string& where = "true") {
  const auto numbered = [&](const std::string& what, const std::string& source, const std::string& alias,
                            const std::string& condition) {
    const std::string id = row_text(columns, alias);
    return "(SELECT " + what + id + " AS id, pg_catalog.row_number() OVER (PARTITION BY " + id + ") AS n FROM " +
           source + " " + alias + " WHERE " + condition + ")";
  };
  return "DELETE FROM " + copy.place + " WHERE ctid = ANY (ARRAY(SELECT k.place FROM " +
         numbered("k.ctid AS place, ", copy.place, "k", "true") + " k JOIN " + numbered("", from, "t", where) +
         " t ON t.id = k.id AND t.n = k.n))";
}

std::int64_t deleted_rows(Database& database, Oid oid) {
  const Value parameters[] = {std::to_string(oid)};
  return database.query("SELECT pg_catalog.pg_stat_get_xact_tuples_deleted($1::oid)", parameters).integer(0, 0);
}

class PostgresSafetyCopies final : public SafetyCopies {
 public:
  explicit PostgresSafetyCopies(Database& database) : database_(database), registry_(database) { registry_.create(); }

  void copy(const Step& step, const Part& part) override {
    copies_.clear();
    const auto& keep = step.migration.directives.keep;
    if (!keep || !may_lose(step, part)) return;
    if (part.mode == Part::Mode::transaction) return copy_all(step, *keep);
    database_.begin();
    try {
      copy_all(step, *keep);
      for (const Copying& each : copies_) registry_.add(each.copy);
      database_.commit();
    } catch (...) {
      database_.rollback();
      throw;
    }
    alone_ = true;
  }

  void leave_what_was_lost() override {
    if (copies_.empty()) return;
    CanonicalSettings settings(database_);
    for (Copying& each : copies_) {
      each.copy.rows -= take_out_what_is_there(each);
      if (each.copy.rows > 0)
        registry_.add(each.copy);
      else
        database_.execute("DROP TABLE " + each.copy.place);
    }
    std::erase_if(copies_, [](const Copying& each) { return each.copy.rows == 0; });
    settings.let_triggers_fire();
  }

  void abandoned() override {
    if (!alone_) copies_.clear();
  }

  std::vector<KeptCopy> committed() override {
    std::vector<KeptCopy> kept;
    for (Copying& each : copies_) kept.push_back(std::move(each.copy));
    copies_.clear();
    alone_ = false;
    return kept;
  }

 private:
  void copy_all(const Step& step, std::chrono::hours keep) {
    const std::vector<Consent> objects = objects_to_keep(step);
    std::vector<std::pair<const Consent*, TableDetails>> found;
    for (const Consent& consent : objects) {
      const auto& parts = consent.object.parts;
      const Oid oid = table_named(database_, parts[0], parts[1]);
      if (oid == 0) continue;
      TableDetails table = std::move(read_tables(database_, {oid}).at(0));
      // A partitioned table has no rows of its own: its leaves are named by consents of theirs.
      if (table.kind != 'r' || (concerns_column(consent.kind) && !table.column_named(parts[2]))) continue;
      database_.execute("LOCK TABLE ONLY " + table.sql_name() + " IN SHARE ROW EXCLUSIVE MODE");
      found.emplace_back(&consent, std::move(table));
    }
    if (found.empty()) return;
    CanonicalSettings settings(database_);
    for (auto& [consent, table] : found) copy_one(step.migration.id(), *consent, std::move(table), keep);
    settings.restore();
  }

  void copy_one(const std::string& version, const Consent& consent, TableDetails table, std::chrono::hours keep) {
    Copying made;
    made.copy = registry_.next(table.name, keep);
    made.copy.version = version;
    made.copy.kind = consent.kind;
    made.copy.object = consent.object.text();
    CopiedTable& copied = made.copy.table;
    copied.schema = table.schema;
    copied.name = table.name;
    if (concerns_column(consent.kind)) copied.column = consent.object.parts[2];
    for (const int number : table.key) copied.key.push_back(table.column(number)->name);
    std::string columns;
    for (const TableColumn& column : table.columns) {
      const bool in_key = std::ranges::find(table.key, column.number) != table.key.end();
      if (!copied.column.empty() && !table.key.empty() && !in_key && column.name != copied.column) continue;
      copied.columns.push_back({column.name, column.type_text, column.generated});
      columns += (columns.empty() ? "" : ", ") + kept_column(column, "t");
    }
    const std::string where =
        copied.column.empty() ? "" : " WHERE t." + drydock::quoted(copied.column) + " IS NOT NULL";
    database_.execute("CREATE TABLE " + made.copy.place + " AS SELECT " + columns + " FROM " + table.from() + " t" +
                      where + "; REVOKE ALL ON " + made.copy.place + " FROM PUBLIC");
    made.copy.rows = database_.query("SELECT pg_catalog.count(*) FROM " + made.copy.place).integer(0, 0);
    made.deleted_before = deleted_rows(database_, table.oid);
    made.before = std::move(table);
    copies_.push_back(std::move(made));
  }

  // The table as it is now: the same one, whatever it is called, or another that has its name.
  std::vector<TableDetails> table_now(const TableDetails& before) {
    std::vector<TableDetails> now = read_tables(database_, {before.oid});
    if (!now.empty()) return now;
    const Oid other = table_named(database_, before.schema, before.name);
    return other == 0 ? now : read_tables(database_, {other});
  }

  std::int64_t take_out_what_is_there(Copying& each) {
    const std::vector<TableDetails> found = table_now(each.before);
    if (found.empty()) return 0;
    const TableDetails& now = found[0];
    each.copy.table.schema = now.schema;
    each.copy.table.name = now.name;
    const std::string sql =
        each.copy.table.column.empty() ? rows_that_are_there(each, now) : values_that_are_there(each, now);
    if (sql.empty()) return 0;
    return database_.query("WITH gone AS (" + sql + " RETURNING 1) SELECT pg_catalog.count(*) FROM gone").integer(0, 0);
  }

  // By key where the rows of before can be told by it. Where the table was emptied or made anew, other rows may stand
  // under the old keys: then only a row that is equal counts as the same.
  std::string rows_that_are_there(const Copying& each, const TableDetails& now) {
    const bool counted = database_.query("SELECT pg_catalog.current_setting('track_counts')").text(0, 0) == "on";
    const bool same_rows = counted && now.oid == each.before.oid && now.file == each.before.file &&
                           deleted_rows(database_, now.oid) - each.deleted_before < each.copy.rows;
    std::vector<std::string> columns = each.copy.table.key;
    if (!same_rows || columns.empty()) {
      columns.clear();
      for (const CopiedColumn& column : each.copy.table.columns)
        if (now.column_named(column.name)) columns.push_back(column.name);
    }
    const bool all_there =
        std::ranges::all_of(columns, [&](const std::string& name) { return now.column_named(name) != nullptr; });
    if (columns.empty() || !all_there) return {};
    return delete_found(each.copy, now.from(), columns);
  }

  static std::string values_that_are_there(const Copying& each, const TableDetails& now) {
    std::vector<std::string> columns = each.copy.table.key;
    columns.push_back(each.copy.table.column);
    if (each.copy.table.key.empty() ||
        !std::ranges::all_of(columns, [&](const std::string& name) { return now.column_named(name) != nullptr; }))
      return {};
    const bool erased = each.copy.kind == LossKind::values_erased;
    const std::string not_null = "t." + drydock::quoted(each.copy.table.column) + " IS NOT NULL";
    return delete_found(each.copy, now.from(), erased ? each.copy.table.key : columns, not_null);
  }

  Database& database_;
  PostgresKeptRegistry registry_;
  std::vector<Copying> copies_;
  bool alone_ = false;
};

}  // namespace

std::unique_ptr<SafetyCopies> make_postgres_safety_copies(Database& database) {
  return std::make_unique<PostgresSafetyCopies>(database);
}

}  // namespace drydock
