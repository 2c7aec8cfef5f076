#include "rehearsal/backup/judge_backup.h"

#include "runner/report/quantity.h"

namespace drydock {

namespace {

std::string holdings(std::int64_t tables, std::int64_t rows) {
  return count_of(tables, "table") + " with " + count_of(rows, "row");
}

std::string last_check(const BackupEvidence& last) {
  return "the last proved backup, " + last.backup + " of " + last.taken_at;
}

// An empty or foreign backup is compared with nothing any more.
std::optional<std::string> not_this_database(const JudgedBackup& backup, const BackupDemands& demands) {
  if (backup.contents.tables.empty()) return "it holds no table: it is the backup of an empty instance";
  if (backup.contents.rows() == 0)
    return "it holds no row in " + count_of(static_cast<std::int64_t>(backup.contents.tables.size()), "table") +
           ": it is the backup of an empty database";
  if (!demands.database_id || backup.database_id == demands.database_id) return std::nullopt;
  if (!backup.database_id)
    return "it carries no stamp, and the database " + *demands.database_id +
           " is expected: it is of another database, or was made without drydock's own tables";
  return "it is of another database: it carries the id " + *backup.database_id + ", and " + *demands.database_id +
         " is expected";
}

std::vector<std::string> missing_tables(const JudgedBackup& backup, const BackupContents& before) {
  std::vector<std::string> missing;
  for (const TableContents& table : before.tables)
    if (backup.contents.find(table.name) == nullptr && !backup.dropped_with_consent.contains(table.name))
      missing.push_back(table.name + " (" + count_of(table.rows, "row") + " then)");
  return missing;
}

// Of the tables that are still expected.
std::int64_t expected_rows(const JudgedBackup& backup, const BackupContents& before) {
  std::int64_t rows = 0;
  for (const TableContents& table : before.tables)
    if (!backup.dropped_with_consent.contains(table.name)) rows += table.rows;
  return rows;
}

void compare(const JudgedBackup& backup, const BackupDemands& demands, const BackupEvidence& last,
             BackupVerdict& verdict) {
  const BackupContents before = contents_from_json(last.contents);
  std::vector<std::string> differences;
  for (const std::string& table : missing_tables(backup, before))
    differences.push_back("table " + table + " is missing, which " + last_check(last) + " holds");
  const std::int64_t then = expected_rows(backup, before), now = backup.contents.rows();
  if (now * 100 < then * demands.min_rows)
    differences.push_back("it holds " + count_of(now, "row") + ", less than " + std::to_string(demands.min_rows) +
                          "% of the " + count_of(then, "row") + " of " + last_check(last));
  for (const TableContents& table : before.tables) {
    const TableContents* found = backup.contents.find(table.name);
    if (found && found->rows == 0 && table.rows > 0)
      verdict.notes.push_back("table " + table.name + " is empty, and held " + count_of(table.rows, "row") + " in " +
                              last_check(last));
  }
  std::vector<std::string>& into = demands.accept_changes ? verdict.notes : verdict.refusals;
  into.insert(into.end(), differences.begin(), differences.end());
}

}  // namespace

BackupVerdict judge_backup(const JudgedBackup& backup, const BackupDemands& demands,
                           const std::optional<BackupEvidence>& last, Moment at) {
  BackupVerdict verdict;
  if (const std::optional<std::string> reason = not_this_database(backup, demands)) {
    verdict.refusals.push_back(*reason);
    return verdict;
  }
  if (!demands.database_id)
    verdict.notes.push_back(backup.database_id
                                ? "no id is expected, so that this could be another database's: it carries the id " +
                                      *backup.database_id
                                : "it carries no stamp, and no id is expected: whose database this is, nothing says");
  const std::chrono::seconds age = at - backup.taken_at;
  if (demands.max_age && age > *demands.max_age)
    verdict.refusals.push_back("it is " + age_text(age) + " old, and " + age_text(*demands.max_age) + " are allowed");
  if (last)
    compare(backup, demands, *last, verdict);
  else
    verdict.notes.push_back(
        "it is the first that is checked here, so that there is none to compare it with: it holds " +
        holdings(static_cast<std::int64_t>(backup.contents.tables.size()), backup.contents.rows()));
  return verdict;
}

}  // namespace drydock
