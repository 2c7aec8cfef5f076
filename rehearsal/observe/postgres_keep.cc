#include "rehearsal/observe/postgres_keep.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace drydock {

namespace {

struct Setting {
  const char* name;
  const char* value;
};

// row_security: a policy is an error and never an empty copy.
constexpr std::array<Setting, 9> canonical = {{{"datestyle", "ISO, YMD"},
                                               {"intervalstyle", "postgres"},
                                               {"timezone", "UTC"},
                                               {"extra_float_digits", "1"},
                                               {"bytea_output", "hex"},
                                               {"row_security", "off"},
                                               {"lc_monetary", "C"},
                                               {"xmlbinary", "base64"},
                                               {"statement_timeout", "0"}}};

constexpr std::size_t timezone_at = 2;
static_assert(std::string_view(canonical[timezone_at].name) == "timezone");

std::string number_text(int number) { return std::to_string(number); }

std::string written_by_others_since(const std::string& xid, const std::vector<std::string>& own_xids) {
  return "(" + written_by_others(own_xids) + " AND pg_catalog.age(t.xmin) < pg_catalog.age('" + xid +
         "'::pg_catalog.xid))";
}

std::string lineage_table(const std::string& kept) {
  std::string name = kept;
  return name.insert(name.rfind('"'), "_lineage");
}

}  // namespace

std::string written_by_others(const std::vector<std::string>& own_xids) {
  std::string list;
  for (const std::string& xid : own_xids) list += (list.empty() ? "" : ",") + xid;
  return "t.xmin::pg_catalog.text <> ALL ('{" + list + "}'::pg_catalog.text[])";
}

CanonicalSettings::CanonicalSettings(Database& database) : database_(database), quiet_(quiet_event_triggers(database)) {
  std::string read = "SELECT ", set;
  for (const Setting& each : canonical) {
    read +=
        std::string(&each == canonical.data() ? "" : ", ") + "pg_catalog.current_setting(" + literal(each.name) + ")";
    set += std::string("SET LOCAL ") + each.name + " = " + literal(each.value) + "; ";
  }
  const Rows before = database.query(read);
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    restore_sql_ += std::string("SET LOCAL ") + canonical[i].name + " = " + literal(before.text(0, i)) + "; ";
  }
  // A cast between times with and without a zone is one of the session's, not of ours.
  set += "SET LOCAL drydock.timezone = " + literal(before.text(0, timezone_at)) + "; ";
  database.execute(set + quiet_.begin);
}

void CanonicalSettings::restore() { database_.execute(restore_sql_ + quiet_.end); }

void CanonicalSettings::let_triggers_fire() {
  if (!quiet_.end.empty()) database_.execute(quiet_.end);
}

bool KeptTable::suffices_for(const KeepWish& needed) const {
  if (!failure.empty() || !table.empty()) return true;
  return !needed.rows && std::includes(wish.counted_columns.begin(), wish.counted_columns.end(),
                                       needed.counted_columns.begin(), needed.counted_columns.end());
}

std::string KeptTable::counts(const std::string& alias, int number) const {
  const std::string cell = alias + ".c" + number_text(number) + " IS NOT NULL";
  if (has_flags) return "(" + cell + " AND " + alias + ".f" + number_text(number) + ")";
  return columns_of_before_the_plan.contains(number) ? "(" + cell + ")" : "false";
}

std::string kept_expression(const std::string& value, const TableColumn& column) {
  if (column.composite) return "pg_catalog.to_jsonb(" + value + ")::pg_catalog.text COLLATE pg_catalog.\"C\"";
  if (!column.typed) return "(" + value + ")::pg_catalog.text COLLATE pg_catalog.\"C\"";
  // The column's own collation may be dropped by the migration, and may call different texts equal.
  return column.collated ? "(" + value + ") COLLATE pg_catalog.\"C\"" : "(" + value + ")";
}

std::string identity_expression(const TableDetails& table, const std::string& alias, bool by_key) {
  std::string parts;
  const auto add = [&](const TableColumn& column) {
    parts += (parts.empty() ? "" : ", ") + alias + "." + drydock::quoted(column.name) + "::pg_catalog.text";
  };
  if (by_key) {
    for (const int number : table.key) add(*table.column(number));
  } else {
    for (const TableColumn& column : table.columns) {
      if (!column.generated) add(column);
    }
  }
  return "ROW(" + parts + ")::pg_catalog.text";
}

std::vector<KeptTable> PostgresKeeper::keep(const std::map<Oid, KeepWish>& wishes,
                                            const std::map<Oid, PlanRows>& plan_rows,
                                            const std::map<Oid, Lineage>& lineages, std::chrono::milliseconds timeout) {
  std::vector<Oid> oids;
  for (const auto& [oid, wish] : wishes) oids.push_back(oid);
  const std::vector<TableDetails> tables = read_tables(database_, oids);
  if (!lasting_) lock(tables, wishes);
  CanonicalSettings settings(database_);
  std::vector<KeptTable> kept;
  for (const TableDetails& table : tables) {
    const KeepWish& wish = wishes.at(table.oid);
    const auto lineage = lineages.find(table.oid);
    const bool bounded = wish.bounded && timeout.count() > 0;
    database_.execute("SAVEPOINT drydock_keep");
    try {
      database_.execute("SET LOCAL statement_timeout = " + std::to_string(bounded ? timeout.count() : 0));
      kept.push_back(
          keep_one(table, wish, plan_rows.at(table.oid), lineage == lineages.end() ? nullptr : &lineage->second));
      database_.execute("RELEASE SAVEPOINT drydock_keep");
    } catch (const DatabaseError& error) {
      if (error.details().connection_lost || error.details().canceled) throw;
      if (bounded && error.sqlstate() == "57014")
        throw CannotKeep(table.text() + " could not be read within guard_timeout");
      database_.execute("ROLLBACK TO SAVEPOINT drydock_keep");
      KeptTable failed;
      failed.before = table;
      failed.wish = wish;
      failed.failure = settings.triggers().explain(error);
      kept.push_back(std::move(failed));
    }
  }
  settings.restore();
  return kept;
}

void PostgresKeeper::lock(const std::vector<TableDetails>& tables, const std::map<Oid, KeepWish>& wishes) {
  for (const TableDetails& table : tables) {
    const std::string& mode = wishes.at(table.oid).mode;
    if (mode.empty()) continue;
    try {
      database_.execute("LOCK TABLE ONLY " + table.sql_name() + " IN " +
                        lock_clause(stronger(mode, "ShareRowExclusiveLock")) + " MODE");
    } catch (const DatabaseError& error) {
      if (error.sqlstate() != "42501") throw;
      throw CannotKeep(table.text() + " may not be locked by this role");
    }
  }
}

KeptTable PostgresKeeper::keep_one(const TableDetails& table, const KeepWish& wish, const PlanRows& rows,
                                   const Lineage* lineage) {
  KeptTable kept;
  kept.before = table;
  kept.wish = wish;
  for (const TableColumn& column : table.columns) {
    if (rows.all_columns || rows.columns.contains(column.number)) kept.columns_of_before_the_plan.insert(column.number);
  }
  // Counting is enough only where every row was there before the plan.
  const bool only_counts =
      !wish.rows && !lineage && rows.start_xid.empty() && rows.own_xids.empty() && rows.added_columns.empty();
  if (only_counts) {
    count(kept);
  } else {
    copy_rows(kept, rows, lineage);
  }
  kept.at_start = counters(table.oid);
  return kept;
}

RowCounters PostgresKeeper::counters(Oid oid) {
  const Value parameters[] = {std::to_string(oid)};
  const Rows rows = database_.query(
      "SELECT pg_catalog.pg_stat_get_xact_tuples_inserted($1::oid), "
      "pg_catalog.pg_stat_get_xact_tuples_deleted($1::oid), pg_catalog.pg_stat_get_xact_tuples_updated($1::oid)",
      parameters);
  return {.inserted = rows.integer(0, 0), .deleted = rows.integer(0, 1), .updated = rows.integer(0, 2)};
}

void PostgresKeeper::count(KeptTable& kept) {
  std::string select = "SELECT pg_catalog.count(*)";
  std::vector<int> numbers;
  for (const int number : kept.wish.counted_columns) {
    const TableColumn* column = kept.before.column(number);
    if (!column || column->generated || !kept.columns_of_before_the_plan.contains(number)) continue;
    select += ", pg_catalog.count(t." + drydock::quoted(column->name) + ")";
    numbers.push_back(number);
  }
  const Rows rows = database_.query(select + " FROM " + kept.before.from() + " t");
  kept.rows = kept.all_rows = rows.integer(0, 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) kept.values[numbers[i]] = rows.integer(0, i + 1);
}

void PostgresKeeper::copy_rows(KeptTable& kept, const PlanRows& rows, const Lineage* lineage) {
  kept.table = "pg_temp.\"drydock_keep_" + std::to_string(next_++) + "\"";
  kept.has_flags = lineage != nullptr || !rows.added_columns.empty();
  std::string is_old = "true", from = kept.before.from() + " t";
  // On a target others write between two parts: what they wrote counts, whatever is remembered of the row.
  const std::string by_others =
      rows.run_xids.empty() ? "" : " OR " + written_by_others_since(rows.run_xids.front(), rows.run_xids);
  if (lineage) {
    const std::string other = lineage_table(kept.table);
    database_.execute("CREATE TEMP TABLE " + other.substr(other.find('"')) +
                      " (id pg_catalog.text, n pg_catalog.int8, f pg_catalog.int2[]) ON COMMIT DROP");
    Statement copy;
    copy.text = "COPY " + other + " FROM STDIN";
    copy.copy_data = lineage->copy_lines;
    database_.run({&copy, 1}, Database::Sending::one_by_one);
    const std::string id = identity_expression(kept.before, "u", lineage->by_key);
    from = "(SELECT u.*, u.xmin AS xmin, " + id + " AS drydock_id, pg_catalog.row_number() OVER (PARTITION BY " + id +
           ") AS drydock_n FROM " + kept.before.from() + " u) t LEFT JOIN " + other +
           " l ON l.id = t.drydock_id AND l.n = t.drydock_n";
    is_old = "l.id IS NOT NULL" + by_others;
  } else if (!rows.start_xid.empty()) {
    is_old = "pg_catalog.age(t.xmin) >= pg_catalog.age('" + rows.start_xid + "'::pg_catalog.xid)";
  } else if (!rows.own_xids.empty()) {
    is_old = written_by_others(rows.own_xids);
  }
  std::string select = "SELECT pg_catalog.row_number() OVER () AS rid, (" + is_old + ") AS k";
  std::string sums = "SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE o.k)";
  std::vector<int> numbers;
  for (const TableColumn& column : kept.before.columns) {
    if (column.generated) continue;
    const std::string n = number_text(column.number);
    select += ", " + kept_expression("t." + drydock::quoted(column.name), column) + " AS c" + n;
    if (lineage) {
      select += ", (coalesce(" + n + " = ANY (l.f), false)" + by_others + ") AS f" + n;
    } else if (kept.has_flags) {
      const auto added = rows.added_columns.find(column.number);
      select += ", " +
                (added == rows.added_columns.end() ? "true" : written_by_others_since(added->second, rows.run_xids)) +
                " AS f" + n;
    }
    sums += ", pg_catalog.count(*) FILTER (WHERE o.k AND " + kept.counts("o", column.number) + ")";
    numbers.push_back(column.number);
  }
  database_.execute("CREATE TEMP TABLE " + kept.table.substr(kept.table.find('"')) + " ON COMMIT " +
                    (lasting_ ? "PRESERVE ROWS" : "DROP") + " AS " + select + " FROM " + from);
  const Rows totals = database_.query(sums + " FROM " + kept.table + " o");
  kept.all_rows = totals.integer(0, 0);
  kept.rows = totals.integer(0, 1);
  for (std::size_t i = 0; i < numbers.size(); ++i) kept.values[numbers[i]] = totals.integer(0, i + 2);
}

}  // namespace drydock
