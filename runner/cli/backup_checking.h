// What `backup check` and `drill` do alike: restore a backup and judge it by what is known of the database that it
// should be of, report it, and record that it was proved.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rehearsal/backup/check_backup.h"
#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

// What is asked of a backup: the policy of drydock.toml, replaced by options.
struct BackupDemandOptions {
  std::string max_age, min_rows;
  bool accept_changes = false;

  void declare(Options& options);
  // Throws Failure (exit 2).
  BackupDemands demands(const Settings& settings) const;
};

class BackupChecking {
 public:
  // Opens the target where an address is known: it says which database is expected and what was proved before, and
  // takes the record. One that cannot be reached is a warning, as long as drydock.toml has the id.
  // Throws WrongTarget, ConnectionError, Failure.
  BackupChecking(const Settings& settings, Terminal& terminal, std::string command);

  // Throws BackupRefused, CannotRehearse, Interrupted.
  CheckedBackup check(const std::filesystem::path& file, const BackupDemands& demands);
  void record(const std::filesystem::path& file, const BackupEvidence& evidence) const;
  // As strict as the stamp of the target asks, where it could be read.
  const Settings& settings() const { return settings_; }

 private:
  void open_target();
  std::optional<BackupEvidence> last(const std::filesystem::path& file, const std::string& database_id,
                                     const std::string& until);
  std::optional<BackupEvidence> target_as_measure();

  Settings settings_;  // as strict as the stamp asks
  Terminal& terminal_;
  std::string command_;
  std::optional<DatabaseUrl> url_;
  std::unique_ptr<Database> target_;  // nullptr: none is known, or it cannot be reached
  TargetState state_;
};

// Beside the backup and in that database, by a session of its own; what cannot be written is a warning.
void record_check(const std::filesystem::path& file, const BackupEvidence& evidence,
                  const std::optional<DatabaseUrl>& database, Terminal& terminal);

// The report, as lines and as JSON.
std::string text_of(const CheckedBackup& checked, const std::filesystem::path& file, const Style& style);
nlohmann::ordered_json json_of(const CheckedBackup& checked, const std::filesystem::path& file);
// Per table its rows and the newest time in it.
std::string table_of(const BackupContents& contents);
// "it is refused: ..." for standard error.
std::string refusal_of(const CheckedBackup& checked, const std::filesystem::path& file);

}  // namespace drydock
