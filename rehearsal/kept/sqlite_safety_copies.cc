// SQLite's safety copies: tables in a file of their own beside the database, FILE.kept. Its transaction is committed
// right before the migration's: where a crash comes between the two there is a copy too many, and never one too few.
// Such a copy is unconfirmed: what follows the COMMIT is a second entry. A file of its own connection is needed for
// that: of two attached files in WAL mode SQLite commits the one after the other, in an order of its own.
#include <algorithm>

#include "rehearsal/kept/safety_copies.h"
#include "rehearsal/kept/sqlite_kept_file.h"
#include "rehearsal/observe/sqlite_query.h"
#include "runner/database/sqlite_database.h"

namespace drydock {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + drydock::quoted(name);
  return list;
}

class SqliteSafetyCopies final : public SafetyCopies {
 public:
  explicit SqliteSafetyCopies(SqliteDatabase& database)
      : main_(database.handle()), file_(SqliteKeptFile::of(database.url(), SqliteKeptFile::Missing::make)) {}
  ~SqliteSafetyCopies() override { file_->rollback(); }

  void copy(const Step& step, const Part& part) override {
    copies_.clear();
    const auto& keep = step.migration.directives.keep;
    if (!keep || !may_lose(step, part)) return;
    file_->begin();
    for (const Consent& consent : objects_to_keep(step)) copy_one(step.migration.id(), consent, *keep);
    alone_ = part.mode == Part::Mode::alone;
    if (alone_) write_down();
  }

  void leave_what_was_lost() override {
    if (!file_->open()) return;
    for (KeptCopy& each : copies_) each.rows -= take_out_what_is_there(each);
    write_down();
  }

  void abandoned() override {
    file_->rollback();
    if (written_)
      for (const KeptCopy& each : copies_) file_->purge(each);
    forget();
  }

  std::vector<KeptCopy> committed() override {
    std::vector<KeptCopy> kept = std::move(copies_);
    for (const KeptCopy& each : kept) file_->note(each, "kept", each.rows);
    forget();
    return kept;
  }

 private:
  void forget() {
    copies_.clear();
    written_ = false;
  }

  void write_down() {
    for (const KeptCopy& each : copies_)
      if (each.rows > 0)
        file_->note(each, "made", each.rows);
      else
        file_->drop(each);
    std::erase_if(copies_, [](const KeptCopy& each) { return each.rows == 0; });
    file_->commit();
    written_ = true;
  }

  void copy_one(const std::string& version, const Consent& consent, std::chrono::hours keep) {
    const std::vector<std::string>& parts = consent.object.parts;
    CopiedTable table = sqlite_table(main_, parts[0]);
    if (table.columns.empty()) return;
    if (concerns_column(consent.kind)) {
      table.column = parts[1];
      const auto is_named = [&](const CopiedColumn& column) { return column.name == table.column; };
      if (std::ranges::none_of(table.columns, is_named)) return;
      if (!table.key.empty())
        std::erase_if(table.columns, [&](const CopiedColumn& column) {
          return !is_named(column) && std::ranges::find(table.key, column.name) == table.key.end();
        });
    }
    KeptCopy copy = file_->next(table.name, keep);
    copy.version = version;
    copy.kind = consent.kind;
    copy.object = consent.object.text();
    copy.table = std::move(table);
    copy_rows(copy);
    copies_.push_back(std::move(copy));
  }

  void copy_rows(KeptCopy& copy) {
    const CopiedTable& table = copy.table;
    std::vector<std::string> names;
    std::string parameters;
    for (const CopiedColumn& column : table.columns) {
      names.push_back(column.name);
      parameters += (parameters.empty() ? "?" : ", ?") + std::to_string(names.size());
    }
    // Without a type a column takes every value as it is.
    file_->execute("CREATE TABLE " + copy.place + " (" + list_of(names) + ")");
    SqliteQuery read(main_,
                     "SELECT " + list_of(names) + " FROM main." + drydock::quoted(table.name) +
                         (table.column.empty() ? "" : " WHERE " + drydock::quoted(table.column) + " IS NOT NULL"));
    SqliteQuery write(file_->handle(), "INSERT INTO " + copy.place + " VALUES (" + parameters + ")");
    for (; read.step(); ++copy.rows) {
      for (std::size_t i = 0; i < names.size(); ++i)
        write.bind_value(static_cast<int>(i) + 1, read.value(static_cast<int>(i)));
      write.run();
    }
  }

  // Of rows: those that are still there, equal in every column that still is. Of values: those under their key.
  std::int64_t take_out_what_is_there(const KeptCopy& copy) {
    const CopiedTable now = sqlite_table(main_, copy.table.name);
    const auto is_there = [&](const std::string& name) {
      return std::ranges::any_of(now.columns, [&](const CopiedColumn& column) { return column.name == name; });
    };
    std::vector<std::string> columns;
    std::string where;
    if (copy.table.column.empty()) {
      for (const CopiedColumn& column : copy.table.columns)
        if (is_there(column.name)) columns.push_back(column.name);
    } else {
      if (copy.table.key.empty() || !is_there(copy.table.column)) return 0;
      columns = copy.table.key;
      if (copy.kind != LossKind::values_erased) columns.push_back(copy.table.column);
      where = " WHERE " + drydock::quoted(copy.table.column) + " IS NOT NULL";
      if (!std::ranges::all_of(columns, is_there)) return 0;
    }
    return columns.empty() ? 0 : remove_equal(copy, "main." + drydock::quoted(now.name) + where, columns);
  }

  std::int64_t remove_equal(const KeptCopy& copy, const std::string& from, const std::vector<std::string>& columns) {
    std::string condition;
    for (std::size_t i = 0; i < columns.size(); ++i)
      condition += (i == 0 ? "" : " AND ") + drydock::quoted(columns[i]) + " IS ?" + std::to_string(i + 1);
    const std::string index = drydock::quoted("drydock_of_" + std::to_string(copy.id));
    file_->execute("CREATE INDEX " + index + " ON " + copy.place + " (" + list_of(columns) + ")");
    {
      SqliteQuery read(main_, "SELECT " + list_of(columns) + " FROM " + from);
      SqliteQuery remove(file_->handle(), "DELETE FROM " + copy.place + " WHERE rowid = (SELECT rowid FROM " +
                                              copy.place + " WHERE " + condition + " LIMIT 1)");
      while (read.step()) {
        for (std::size_t i = 0; i < columns.size(); ++i)
          remove.bind_value(static_cast<int>(i) + 1, read.value(static_cast<int>(i)));
        remove.run();
      }
    }
    file_->execute("DROP INDEX " + index);
    SqliteQuery count(file_->handle(), "SELECT count(*) FROM " + copy.place);
    count.step();
    return copy.rows - count.integer(0);
  }

  sqlite3* main_;
  std::unique_ptr<SqliteKeptFile> file_;
  std::vector<KeptCopy> copies_;
  bool alone_ = false, written_ = false;
};

}  // namespace

std::unique_ptr<SafetyCopies> make_sqlite_safety_copies(Database& database) {
  return std::make_unique<SqliteSafetyCopies>(dynamic_cast<SqliteDatabase&>(database));
}

}  // namespace drydock
