// The list of the copies in schema drydock_kept: PostgreSQL's table drydock.kept. What happens to a copy is a further
// row with its id; rows are never rewritten. It goes with the copies in one transaction.
#pragma once

#include <chrono>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "runner/database/database.h"

namespace drydock {

class PostgresKeptRegistry {
 public:
  // REQUIRES: the database outlives it.
  explicit PostgresKeptRegistry(Database& database) : database_(database) {}

  bool exists();
  // Makes the schema of the copies and the table where they are missing. REQUIRES: no transaction is open.
  void create();
  // A copy of a table of that name which is to be made: its id, place and time.
  KeptCopy next(const std::string& table, std::chrono::hours keep);
  void add(const KeptCopy& copy);
  // "restored", "purged"
  void note(const KeptCopy& copy, const std::string& event, std::int64_t rows);
  std::vector<KeptCopy> list();

 private:
  Database& database_;
};

}  // namespace drydock
