// A database on a server that others may use: made for one run, dropped with its object, also where that goes because
// of an interruption. A run that was killed leaves it; the next one on that server drops it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/shadow/postgres_template_directory.h"
#include "rehearsal/shadow/shadow.h"
#include "runner/database/database.h"
#include "runner/database/postgres_connection.h"

namespace drydock {

// What the names of such databases begin with, for each use.
inline constexpr std::string_view lent_for_shadows = "drydock_shadow_";
inline constexpr std::string_view lent_for_squashes = "drydock_squash_";

class LentDatabase {
 public:
  // Its name is the prefix and a random number; its locale that of the server where none is given. What begins here is
  // dropped even where it does not get to its end.
  LentDatabase(const DatabaseUrl& server, std::string_view prefix, const std::optional<ClusterLocale>& locale);
  ~LentDatabase();
  LentDatabase(const LentDatabase&) = delete;
  LentDatabase& operator=(const LentDatabase&) = delete;

  const std::string& name() const { return name_; }

 private:
  LentDatabase(const DatabaseUrl& server, std::string_view prefix);
  void send(const std::string& sql);

  PostgresConnection connection_;
  std::string name_;
};

// Drops databases of that prefix whose runs were killed on this machine. Whether one lives on another machine cannot be
// told from here: those are left, and named, as is one that does not say whose it is.
Leftovers drop_abandoned_databases(Database& server, std::string_view prefix);

// A superuser may do anything on its server's machine. Throws CannotRehearse where that is another one; `setting` is
// how its address was given.
void require_harmless_role(Database& server, const DatabaseUrl& url, const std::string& setting);

}  // namespace drydock
