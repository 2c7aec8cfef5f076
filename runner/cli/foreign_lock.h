// Keeps another migration tool out while its history is read and drydock's is written: its own lock, held on a
// connection of its own. A SQLite file needs no second lock: a transaction that writes excludes everybody.
#pragma once

#include <chrono>
#include <memory>

#include "runner/database/database.h"
#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

class ForeignLock {
 public:
  // Tries until `wait` is over. Throws LockTimeout (exit 6).
  ForeignLock(const DatabaseUrl& url, const FoundHistory& found, std::chrono::milliseconds wait);

 private:
  std::unique_ptr<Database> session_;
};

// Throws LockTimeout where the tool is at work. REQUIRES: a transaction is open.
void require_foreign_lock(Database& database, const FoundHistory& found);

}  // namespace drydock
