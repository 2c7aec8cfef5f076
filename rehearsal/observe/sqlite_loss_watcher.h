// The loss watcher for SQLite. Nothing is rolled back and run again here: SQLite tells beforehand, while it compiles a
// statement, which tables that statement, its triggers and its foreign keys will write to (sqlite_effects.h). So a
// table is kept, whole and once a part, right before the first statement that drops it, or deletes or updates rows of
// it; the preupdate hook then says which rows were put in, moved and deleted (sqlite_scratch.h), and before COMMIT both
// states are compared (sqlite_table_losses.h). A write that was not announced makes its table's loss undetermined.
//
// Old values are read by SELECT and not from the hook, which gives NULL for a column that was added after the row.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/observe/loss_watcher.h"
#include "rehearsal/observe/sqlite_effects.h"
#include "rehearsal/observe/sqlite_followed_table.h"
#include "rehearsal/observe/sqlite_scratch.h"
#include "rehearsal/observe/sqlite_table_losses.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

// Its hooks are on the database's handle for as long as it lives. REQUIRES: the database outlives it.
class SqliteLossWatcher final : public LossWatcher {
 public:
  SqliteLossWatcher(SqliteDatabase& database, Options options);
  ~SqliteLossWatcher() override;
  SqliteLossWatcher(const SqliteLossWatcher&) = delete;
  SqliteLossWatcher& operator=(const SqliteLossWatcher&) = delete;

  void part_begins(Database& database, const Step& step, const Part& part) override;
  bool one_by_one(const Step&, const Part&) const override { return true; }
  // Throws Refused for what a migration must not do, and where keeping a table takes longer than keep_timeout.
  void before(Database& database, const Statement& statement) override;
  Decision after(Database& database, const StatementRun& run) override;
  Decision before_commit(Database& database, const Step& step, const Part& part, const Rows& probe) override;
  void part_abandoned(Database& database, const Step& step, const Part& part) override;
  void part_done(Database& database, const Step& step, const Part& part) override;

  const std::vector<ObservedMigration>& observed() const override { return observed_; }
  const std::vector<TouchedTable>& touched() const override { return touched_; }

 private:
  struct Savepoint {
    std::string name;  // folded
    FollowedTables tables;
  };
  struct Alteration {
    int table;
    std::int64_t schema_row;
  };

  LossScope scope() const { return remembers_plan_ ? LossScope::plan : LossScope::part; }
  void notice_other_writers();
  void learn_whether_rows_count();
  bool any_row() const;
  bool worth_compiling(const Statement& statement) const;

  void prepare_for(const SqliteEffects& effects, const Statement& statement);
  void prepare_for(const SqliteEffects::Effect& effect, FollowedTable& table, const Statement& statement);
  bool may_replace(const SqliteEffects::Effect& effect, const FollowedTable& table, const Statement& statement) const;
  void keep(FollowedTable& table);
  bool announced(const FollowedTable& table) const;
  const SqliteScratch& scratch();
  Refused refusal(const std::string& why) const;

  void follow_structure();
  void follow_savepoint(const std::string& operation, const std::string& name);
  void check_virtual_tables();
  void check_unknown_writes();
  void forget_rowids();

  static void changed(void* self, sqlite3* handle, int operation, const char* database, const char* table,
                      std::int64_t old_rowid, std::int64_t new_rowid) noexcept;
  void note_change(int operation, const char* table, std::int64_t old_rowid, std::int64_t new_rowid);
  void note_change(int operation, FollowedTable& table, const std::string& from, const std::string& to);
  FollowedTable* hooked_table(const char* name);
  std::string address_in_hook(const FollowedTable& table, bool of_new_row, int operation, std::int64_t rowid) const;
  RowJournal& journal(FollowedTable& table);

  std::vector<Loss> find_losses();
  void end_part();
  void drop_part_tables();

  SqliteDatabase& database_;
  sqlite3* handle_;
  Options options_;
  EffectRecorder recorder_;
  std::unique_ptr<SqliteScratch> scratch_;  // made when there is something to keep

  bool counts_ = false;  // a table held a row when the scope began; where none did there is nothing to watch
  bool known_ = false, dirty_ = false;
  std::int64_t data_version_ = 0;
  // Rows that no earlier part knows are the plan's own: always on a shadow, on a target as long as nobody else wrote.
  bool remembers_plan_ = true;
  std::optional<std::int64_t> first_data_version_;

  // Of the part.
  int part_ = 0;
  bool in_part_ = false;
  std::string migration_id_, file_;
  int part_number_ = 0;  // in its migration
  FollowedTables tables_, tables_at_begin_;
  std::vector<Savepoint> savepoints_;
  std::size_t losses_at_begin_ = 0, statements_at_begin_ = 0;

  // Of the statement.
  int line_ = 0;
  bool vacuums_ = false;
  std::vector<std::string> dropping_, creating_;
  std::vector<Alteration> altering_;
  std::set<int> written_;          // virtual tables
  std::set<std::string> unknown_;  // tables that the hook saw and nobody announced
  bool hook_failed_ = false;
  std::string hooked_name_;
  FollowedTable* hooked_ = nullptr;
  std::map<int, RowJournal> journals_;

  std::vector<ObservedMigration> observed_;
  std::vector<TouchedTable> touched_;
};

// REQUIRES: the database outlives the watcher; no transaction is open.
std::unique_ptr<LossWatcher> watch_sqlite_losses(SqliteDatabase& database, LossWatcher::Options options);

}  // namespace drydock
