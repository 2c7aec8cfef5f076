// A backup, restored: a database of drydock's own that holds what the backup holds, reachable by nobody else. With the
// object everything it made is gone. The backup itself is only read.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/backup/moment.h"
#include "rehearsal/shadow/shadow.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/database/database.h"

namespace drydock {

class RestoredBackup {
 public:
  virtual ~RestoredBackup() = default;
  // A session that may read and alter everything.
  virtual Database& database() = 0;
  // The address that a rehearsal clones it from, logged in as the migrations' role.
  virtual std::string address() const = 0;
  // When the backup was made, as it says itself; nullopt where it does not.
  virtual std::optional<Moment> taken_at() const { return std::nullopt; }
  // What was left out or cut off, one sentence each.
  virtual const std::vector<std::string>& notes() const = 0;
};

struct RestoreRequest {
  std::filesystem::path file;  // a file or a directory
  // Of a cluster's backup: the database that is meant, by its name, else by its id.
  std::optional<std::string> database, database_id;
  std::optional<std::string> role;                        // whom migrations run as
  std::optional<std::string> binaries, shadow_directory;  // settings
  std::function<void(const std::string&)> say;            // progress, one line at a time
};

// The backup cannot be read as one, or is broken: exit 7. what() says which of it, in words that hold no value.
struct BackupRefused : CannotRehearse {
  using CannotRehearse::CannotRehearse;
};

// What the kinds look at to tell each other apart.
struct BackupFile {
  std::filesystem::path path;
  bool is_directory = false;
  std::string head;  // of a file: its first bytes
  bool starts_with(std::string_view text) const { return head.starts_with(text); }
  // A tape archive's first member; "" for any other file.
  std::string first_member() const;
};

class BackupKind {
 public:
  virtual ~BackupKind() = default;
  virtual std::string_view name() const = 0;
  virtual bool recognises(const BackupFile& file) const = 0;
  // Throws BackupRefused, CannotRehearse (what this machine lacks), Interrupted.
  virtual std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const = 0;
};

// The bytes of a file, or of all files below a directory.
std::int64_t size_below(const std::filesystem::path& path);

// In the order in which they are asked.
const std::vector<std::unique_ptr<BackupKind>>& all_backup_kinds();

struct Restored {
  std::unique_ptr<ShadowDirectory> unpacked;  // of a compressed file; goes after what was restored from it
  std::unique_ptr<RestoredBackup> backup;
  std::string kind;
  Moment taken_at;  // by the backup itself, else by the time of its file
  std::int64_t bytes = 0;
  double seconds = 0;  // that the restore took
};

// Throws as BackupKind::restore(); BackupRefused, too, for what no kind recognises.
Restored restore_backup(const RestoreRequest& request);

}  // namespace drydock
