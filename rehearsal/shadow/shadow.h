// A shadow: a clone of the source's data on which a plan may be run to its end without anybody noticing.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/backup/contents.h"
#include "runner/apply/apply.h"
#include "runner/database/database.h"
#include "runner/plan/plan.h"

namespace drydock {

// What a database holds, drydock's own tables aside.
struct Census {
  std::int64_t tables = 0, rows = 0, bytes = 0;
  // schema-qualified name (SQLite: name) -> exact rows. Where one could not be counted the shadow is refused, but for:
  std::vector<std::pair<std::string, std::int64_t>> rows_by_table;
  // SQLite: tables that this program cannot read, as they need a module or a collation of the application's, with why.
  // A copy of the file has them as they are; what a migration does to one is undetermined, and so counts as lost.
  std::vector<std::pair<std::string, std::string>> unreadable = {};
};

// No shadow could be made, or it proves nothing: exit 7. what() lists each provider with its reason and the next
// command.
struct CannotRehearse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a shadow was restored from, where that was asked to stay: proved by it.
struct KeptBackup {
  std::filesystem::path file;
  BackupContents contents;
};

// Owns everything it needs (server, directory, database): its destructor takes all of it away, and the janitor does
// after a crash. REQUIRES: used by one thread.
class Shadow {
 public:
  virtual ~Shadow() = default;
  virtual Database& database() = 0;
  virtual std::string provider() const = 0;         // "copy", "private", "server"
  virtual std::string place() const = 0;            // where it lies, for the report: a directory or server/database
  virtual const Census& source_census() const = 0;  // counted on the snapshot that was cloned
  virtual const Census& shadow_census() const = 0;  // counted on the shadow before the plan
  virtual std::string taken_at() const = 0;         // ISO 8601 UTC
  virtual double seconds() const = 0;               // that the clone took
  // What was cut off or left out (foreign servers, subscriptions, extensions that are not installed here), one sentence
  // each.
  virtual const std::vector<std::string>& notes() const = 0;
  virtual std::optional<KeptBackup> kept_backup() const { return std::nullopt; }
  // Runs a statement that needs a superuser in the open transaction of database(); empty where none is needed.
  virtual std::function<StatementRun(Database&, const Statement&)> superuser() { return {}; }
};

struct CloneRequest {
  DatabaseUrl source;                     // to read from (direct_database or --source)
  DatabaseUrl target;                     // what the migrations will run on: its role is the shadow's
  const Plan* plan = nullptr;             // what is pending: what is missing here stops only where the plan needs it
  std::optional<std::string> server_url;  // for provider `server`
  std::optional<std::string> binaries;    // a directory with postgres, initdb, pg_dump (setting)
  std::optional<std::string>
      shadow_directory;  // where shadows lie (setting); default: the user's cache or run directory
  // A directory: the dump (SQLite: the copy) that the shadow is restored from stays there.
  std::optional<std::filesystem::path> keep_backup;
  std::function<void(const std::string&)> say;  // progress, one line at a time
};

class ShadowProvider {
 public:
  virtual ~ShadowProvider() = default;
  virtual std::string_view name() const = 0;
  // Why it cannot serve this source, with what to do about it; nullopt where it can.
  virtual std::optional<std::string> why_not(const CloneRequest& request) const = 0;
  // Throws CannotRehearse (a full disk, a missing privilege listed as GRANT lines, ...) or Interrupted.
  virtual std::unique_ptr<Shadow> clone(const CloneRequest& request) const = 0;
};

// In the order in which they are tried.
const std::vector<std::unique_ptr<ShadowProvider>>& all_providers();

// The provider of that name, or the first that can serve. Throws CannotRehearse with every provider's reason.
std::unique_ptr<Shadow> make_shadow(const CloneRequest& request, std::string_view provider = {});

// What killed rehearsals left, one line for each thing: what was removed; and what was not, since it could not be or
// only somebody else can judge it.
struct Leftovers {
  std::vector<std::string> removed, left;
};

// Drops the shadows that the provider `server` made there. Throws ConnectionError; nothing is done on SQLite.
Leftovers remove_leftovers_on(const DatabaseUrl& server);

// Removes what killed rehearsals left in this user's directories.
Leftovers remove_leftovers(const std::optional<std::string>& shadow_directory);

}  // namespace drydock
