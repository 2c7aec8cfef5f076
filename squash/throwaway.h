// Empty databases to replay a history in, and to compare with each other. They never hold anybody's data; with the
// objects their files, servers and databases are gone, and `drydock clean` finds what a killed run left.
//
// Implementations: sqlite_throwaway.cc (files in a directory for their owner only), postgres_throwaway.cc (databases on
// a confined private server, or on the server that --server names); all_throwaways.cc chooses.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/migration/migration.h"

namespace drydock {

class ThrowawayDatabase {
 public:
  virtual ~ThrowawayDatabase() = default;
  // A session of the role that runs the migrations; it owns the database and is no superuser. Lives as long as this.
  virtual Database& migrator() = 0;
  // A session that may read everything, for the snapshot and the baseline's writer. Lives as long as this.
  virtual Database& reader() = 0;
  // For ApplyOptions::run_as_superuser; empty where none is needed.
  virtual std::function<StatementRun(Database&, const Statement&)> superuser() { return {}; }
  // Roles that the replay has made, as far as it may make any.
  virtual std::vector<std::string> created_roles() { return {}; }
  // PostgreSQL: a program of the server's version, such as pg_dump. Throws CannotRehearse where it is missing.
  virtual std::string program(const std::string& /*name*/) const { return {}; }
  // A directory of this user's alone for what such a program writes; it goes with this.
  virtual std::filesystem::path directory() const { return {}; }
};

// Makes them, one after the other; several may live at once. REQUIRES: it outlives what it made.
class Throwaways {
 public:
  virtual ~Throwaways() = default;
  virtual std::string server() const = 0;  // "PostgreSQL 15.18": what a proof was made on
  // An empty database in which the roles that `replayed` names in its statements exist. Throws CannotRehearse.
  virtual std::unique_ptr<ThrowawayDatabase> make(const std::vector<Migration>& replayed) = 0;
};

struct ThrowawayRequest {
  Dialect dialect{};
  // Nothing stays on this machine, the empty server that others would copy included (rehearsals keep one).
  bool leaves_nothing = false;
  std::optional<std::string> server_url;        // --server: make the databases there, and drop them
  std::optional<std::string> binaries;          // as for a shadow
  std::optional<std::string> shadow_directory;  // as for a shadow
  // PostgreSQL: the target's, where there is one, so that statements which name its database and its role are replayed
  // as they are. On a private server only.
  std::optional<int> major;  // of the target's server; otherwise the newest that is installed
  std::optional<std::string> database, role;
};

// Throws CannotRehearse, with what to install or to type.
std::unique_ptr<Throwaways> make_throwaways(const ThrowawayRequest& request);

}  // namespace drydock
