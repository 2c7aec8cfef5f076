// The copies that a database's migrations have left, and what can be done with them: `drydock kept`.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "runner/database/database.h"

namespace drydock {

// What a restore brought back.
struct PutBack {
  std::int64_t rows = 0;           // rows put back, or values filled in
  std::int64_t left = 0;           // of the copy, that could not
  std::string why_left;            // one reason for all of them
  std::vector<std::string> notes;  // what was made anew, and how
};

// A copy cannot be put back as things are; nothing was changed. what() says what to do.
struct CannotRestore : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// REQUIRES of all that change something: the migrate lock is held, no transaction is open.
class KeptStore {
 public:
  virtual ~KeptStore() = default;
  // By id; purged ones too.
  virtual std::vector<KeptCopy> list() = 0;
  virtual void purge(const KeptCopy& copy) = 0;
  // In one transaction. Throws CannotRestore, DatabaseError.
  virtual PutBack restore(const KeptCopy& copy) = 0;
};

// nullptr where nothing was ever kept. REQUIRES: the database outlives the store.
std::unique_ptr<KeptStore> open_kept_store(Database& database);

std::unique_ptr<KeptStore> open_postgres_kept_store(Database& database);
std::unique_ptr<KeptStore> open_sqlite_kept_store(Database& database);

// Drops every copy whose time is over; returns them.
std::vector<KeptCopy> purge_expired(KeptStore& store);

}  // namespace drydock
