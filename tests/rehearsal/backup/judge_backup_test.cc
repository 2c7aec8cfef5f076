// What speaks against a restored backup, from what was counted alone.
#include "rehearsal/backup/judge_backup.h"

#include <doctest/doctest.h>

namespace drydock {
namespace {

const std::string id = "0123456789abcdef0123456789abcdef", other_id = "ffffffffffffffffffffffffffffffff";
const Moment at = moment_of("2026-11-25T12:00:00Z").value();

JudgedBackup whole() {
  JudgedBackup backup;
  backup.file = "shop.dump";
  backup.database_id = id;
  backup.taken_at = moment_of("2026-11-25T06:00:00Z").value();
  backup.contents.tables = {{"public.orders", 80, at}, {"public.users", 20, std::nullopt}};
  return backup;
}

std::optional<BackupEvidence> proved(const JudgedBackup& backup) {
  BackupEvidence evidence;
  evidence.backup = "before.dump";
  evidence.taken_at = "2026-11-24T06:00:00Z";
  evidence.contents = json_of(backup.contents);
  return evidence;
}

BackupDemands demands() {
  BackupDemands result;
  result.database_id = id;
  return result;
}

std::string reasons(const BackupVerdict& verdict) {
  std::string text;
  for (const std::string& reason : verdict.refusals) text += reason + "\n";
  return text;
}

TEST_CASE("a backup that holds what the last one held is proved") {
  CHECK(judge_backup(whole(), demands(), proved(whole()), at).refusals.empty());
}

TEST_CASE("a broken backup is refused for its own reason") {
  struct Case {
    const char* reason;
    void (*breaks)(JudgedBackup&, BackupDemands&);
  };
  const Case cases[] = {
      {"holds no table", [](JudgedBackup& backup, BackupDemands&) { backup.contents.tables.clear(); }},
      {"holds no row",
       [](JudgedBackup& backup, BackupDemands&) {
         for (TableContents& table : backup.contents.tables) table.rows = 0;
       }},
      {"is of another database", [](JudgedBackup& backup, BackupDemands&) { backup.database_id = other_id; }},
      {"carries no stamp", [](JudgedBackup& backup, BackupDemands&) { backup.database_id.reset(); }},
      {"public.users (20 rows then) is missing",
       [](JudgedBackup& backup, BackupDemands&) { backup.contents.tables.pop_back(); }},
      {"holds 60 rows, less than 90% of the 100 rows",
       [](JudgedBackup& backup, BackupDemands&) { backup.contents.tables[0].rows = 40; }},
      {"is 6 h old, and 5 h are allowed",
       [](JudgedBackup&, BackupDemands& demanded) { demanded.max_age = std::chrono::hours(5); }},
  };
  for (const Case& each : cases) {
    JudgedBackup backup = whole();
    BackupDemands demanded = demands();
    each.breaks(backup, demanded);
    INFO(each.reason);
    CHECK(reasons(judge_backup(backup, demanded, proved(whole()), at)).find(each.reason) != std::string::npos);
  }
}

TEST_CASE("an empty backup is refused where the last one was empty, too") {
  JudgedBackup empty = whole();
  for (TableContents& table : empty.contents.tables) table.rows = 0;
  CHECK_FALSE(judge_backup(empty, demands(), proved(empty), at).proved());
}

TEST_CASE("a table that a recorded migration dropped with a consent may be missing, and its rows with it") {
  JudgedBackup backup = whole();
  backup.contents.tables.erase(backup.contents.tables.begin());
  CHECK_FALSE(judge_backup(backup, demands(), proved(whole()), at).proved());
  backup.dropped_with_consent = {"public.orders"};
  CHECK(judge_backup(backup, demands(), proved(whole()), at).proved());
}

TEST_CASE("--accept-changes takes what differs for meant, and no foreign or empty backup") {
  BackupDemands demanded = demands();
  demanded.accept_changes = true;
  JudgedBackup backup = whole();
  backup.contents.tables.pop_back();
  CHECK(judge_backup(backup, demanded, proved(whole()), at).proved());
  backup.database_id = other_id;
  CHECK_FALSE(judge_backup(backup, demanded, proved(whole()), at).proved());
}

TEST_CASE("without an id to expect, and without a backup before, that is said") {
  BackupDemands none;
  const BackupVerdict verdict = judge_backup(whole(), none, std::nullopt, at);
  CHECK(verdict.proved());
  REQUIRE(verdict.notes.size() == 2);
  CHECK(verdict.notes[0].find("no id is expected") != std::string::npos);
  CHECK(verdict.notes[1].find("first that is checked") != std::string::npos);
}

TEST_CASE("what was counted comes back from its JSON, and what is no JSON holds nothing") {
  const BackupContents contents = contents_from_json(json_of(whole().contents));
  REQUIRE(contents.tables.size() == 2);
  CHECK(contents.rows() == 100);
  CHECK(contents.newest() == at);
  CHECK(contents.find("public.users")->newest == std::nullopt);
  CHECK(contents_from_json("[{\"table\": 1}]").tables.empty());
  CHECK(contents_from_json("truncated [").tables.empty());
}

}  // namespace
}  // namespace drydock
