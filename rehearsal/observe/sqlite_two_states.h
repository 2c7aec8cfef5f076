// Two states of a SQLite shadow. Every table is kept beforehand (sqlite_kept_rows.h) and compared afterwards
// (sqlite_table_losses.h). Another program's statements cannot be followed, so triggers on the shadow count for each
// table the rows that are put in and deleted. A trigger stays with its table through renames and goes when that is
// dropped: by it a table is known again, and one that took its name is told from it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/sqlite_followed_table.h"
#include "rehearsal/observe/sqlite_scratch.h"
#include "rehearsal/observe/two_states.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

class SqliteTwoStates final : public TwoStates {
 public:
  explicit SqliteTwoStates(SqliteDatabase& shadow);

  bool wrote() override;
  std::vector<Loss> losses() override;

 private:
  struct Counts {
    std::int64_t inserted = 0, deleted = 0;
  };
  void keep(const std::string& table);
  void count(const FollowedTable& table);
  std::int64_t data_version();
  std::map<int, Counts> counts();
  std::map<int, std::string> names_now();
  void find_again(FollowedTable& table, const std::map<int, std::string>& names, const std::map<int, Counts>& counts);

  SqliteDatabase& database_;
  sqlite3* handle_;
  SqliteScratch scratch_;
  FollowedTables tables_;
  std::set<int> counted_;
  std::int64_t data_version_ = 0;
};

}  // namespace drydock
