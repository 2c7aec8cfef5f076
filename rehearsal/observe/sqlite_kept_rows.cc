#include "rehearsal/observe/sqlite_kept_rows.h"

#include "rehearsal/observe/sqlite_values.h"

namespace drydock {
namespace {

constexpr std::int64_t rows_between_ticks = 1024;

std::string select_all(const FollowedTable& table, const RowAddress& address) {
  std::string sql = "SELECT " + address.select_list();
  for (const SqliteColumn& column : table.before.columns) {
    const SqliteColumn* now = table.column_now(column.id);
    sql += ", " + (now ? quoted_name(now->name) : "NULL");
  }
  return sql + " FROM main." + quoted_name(table.now.name);
}

// Columns without a type: nothing is converted.
void make_kept_table(const SqliteScratch& scratch, const FollowedTable& table) {
  const std::string name = "kept_" + std::to_string(table.id);
  std::string columns = "n INTEGER PRIMARY KEY, a BLOB, k BLOB, mask TEXT";
  for (std::size_t i = 0; i < table.before.columns.size(); ++i) columns += ", c" + std::to_string(i);
  scratch.execute("DROP TABLE IF EXISTS " + name);
  scratch.execute("CREATE TABLE " + name + "(" + columns + ")");
}

std::string insert_into_kept(const FollowedTable& table) {
  std::string sql = "INSERT INTO kept_" + std::to_string(table.id) + " VALUES (?1, ?2, ?3, ?4";
  for (std::size_t i = 0; i < table.before.columns.size(); ++i) sql += ", ?" + std::to_string(i + 5);
  return sql + ")";
}

// One pass over the table: reads a row, leaves it out or writes it.
class Keeper {
 public:
  Keeper(const SqliteScratch& scratch, sqlite3* handle, FollowedTable& table)
      : table_(table),
        address_(table.now),
        key_(table.before.key()),
        rows_(handle, select_all(table, address_)),
        insert_(scratch.query(insert_into_kept(table))),
        lineage_(scratch, table),
        held_(table.before.columns.size()) {
    if (table.has_journal) journal_.emplace(scratch, table.id);
  }

  void run(const std::function<void()>& tick) {
    for (std::int64_t row = 0; rows_.step(); ++row) {
      if (row % rows_between_ticks == 0) tick();
      keep_one();
    }
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (held_[i]) table_.held_values[table_.before.columns[i].id] = held_[i];
    }
  }

 private:
  void keep_one() {
    const std::string at = address_.read(rows_);
    if (journal_ && journal_->origin(at).kind == RowJournal::Origin::Kind::new_row) return;
    const RowLineage::Entry line = lineage_.find(at);
    if (line.kind == RowLineage::Entry::Kind::put_in) return;
    insert_.bind_integer(1, ++table_.held_rows).bind_blob(2, at);
    bind_key(at);
    line.kind == RowLineage::Entry::Kind::filled ? insert_.bind_text(4, line.mask) : insert_.bind_null(4);
    for (std::size_t i = 0; i < table_.before.columns.size(); ++i) {
      sqlite3_value* value = rows_.value(address_.width() + static_cast<int>(i));
      insert_.bind_value(static_cast<int>(i) + 5, value);
      const SqliteColumn& column = table_.before.columns[i];
      held_[i] += cell_counts(column, value, line.mask);
    }
    insert_.run();
  }

  void bind_key(const std::string& at) {
    if (table_.before.kind == SqliteStructure::Kind::virtual_table) {
      insert_.bind_blob(3, at);
    } else if (key_.empty()) {
      insert_.bind_null(3);
    } else {
      std::string key;
      for (const std::size_t i : key_) {
        append_encoded(key, rows_.value(address_.width() + static_cast<int>(i)),
                       sqlite_collation(table_.before.columns[i].collation));
      }
      insert_.bind_blob(3, key);
    }
  }

  FollowedTable& table_;
  RowAddress address_;
  std::vector<std::size_t> key_;
  SqliteQuery rows_, insert_;
  RowLineage lineage_;
  std::optional<RowJournal> journal_;
  std::vector<std::int64_t> held_;
};

}  // namespace

bool cell_counts(const SqliteColumn& column, sqlite3_value* value, std::string_view mask) {
  const auto id = static_cast<std::size_t>(column.id);
  return column.counts && !is_null(value) && (id >= mask.size() || mask[id] != '1');
}

void keep_rows(const SqliteScratch& scratch, sqlite3* handle, FollowedTable& table, const std::function<void()>& tick) {
  table.held_rows = 0;
  table.held_values.clear();
  make_kept_table(scratch, table);
  Keeper(scratch, handle, table).run(tick);
  const std::string name = "kept_" + std::to_string(table.id);
  const bool has_key = table.before.kind == SqliteStructure::Kind::virtual_table || !table.before.key().empty();
  if (has_key) scratch.execute("CREATE INDEX " + name + "_k ON " + name + "(k)");
  table.kept = true;
}

}  // namespace drydock
