// The source of a clone, held open on one snapshot that others of drydock's sessions and pg_dump read too. Only ever
// reads: its transaction is READ ONLY, which is verified, and row_security is off, so that a policy is an error and
// never an empty copy.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_template_directory.h"
#include "runner/database/database.h"

namespace drydock {

struct SourceFacts {
  int version = 0;  // server_version_num
  std::string database, owner;
  ClusterLocale locale;
  std::string system_identifier;  // "" where the role may not ask
  std::int64_t bytes = 0;
  bool is_standby = false;
  std::string search_path;                      // the schemas that a session of this role looks in at first
  std::map<std::string, std::string> settings;  // of the server's configuration, as far as they change what SQL means
  int major() const { return version / 10000; }
};

class PostgresSource {
 public:
  // Throws CannotRehearse, ConnectionError.
  explicit PostgresSource(const DatabaseUrl& url);

  Database& database() { return *database_; }
  const DatabaseUrl& url() const { return url_; }
  const SourceFacts& facts() const { return facts_; }
  const std::string& snapshot() const { return snapshot_; }

  Rows query(std::string_view sql) { return database_->query(sql); }

 private:
  DatabaseUrl url_;
  std::unique_ptr<Database> database_;
  SourceFacts facts_;
  std::string snapshot_;
};

// BEGIN and what makes a transaction of the source safe; the same for every session that reads it.
std::string begin_reading_sql();

// GRANT lines, one a line, for what the session's role may not read; and the tables whose policies hide rows from it.
// Throws CannotRehearse with both.
void require_readable(PostgresSource& source);

// The major version, by a short connection of its own.
int major_version_of(const DatabaseUrl& url);

}  // namespace drydock
