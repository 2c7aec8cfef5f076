#include "runner/cli/foreign_lock.h"

#include "runner/database/interruption.h"
#include "runner/database/lock.h"

namespace drydock {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause{200};

std::string name_of_lock(const FoundHistory& found, Database& database) {
  if (database.dialect() == Dialect::postgres)
    if (const auto id = found.reader->lock_id(database, found.table)) return "the advisory lock " + std::to_string(*id);
  return "the lock beside its table " + found.table.display();
}

LockTimeout at_work(const FoundHistory& found, Database& database) {
  return LockTimeout(
      std::string(found.reader->name()) + " is at work in " + database.url().display() + ": " +
      name_of_lock(found, database) +
      " is held. Nothing was changed. Wait until it has ended, or take a lock away by its own means that "
      "nobody holds any more, and run the command again");
}

// A transaction of ours that writes cannot begin while somebody else's is open.
bool is_busy(const DatabaseError& error) {
  return error.sqlstate().starts_with("SQLITE_BUSY") || error.sqlstate().starts_with("SQLITE_LOCKED");
}

bool try_to_lock(Database& session, const FoundHistory& found) try {
  if (!session.in_transaction()) session.begin();
  if (found.reader->try_to_lock(session, found.table)) return true;
  session.rollback();
  return false;
} catch (const DatabaseError& error) {
  session.rollback();
  if (!is_busy(error)) throw;
  return false;
}

}  // namespace

ForeignLock::ForeignLock(const DatabaseUrl& url, const FoundHistory& found, std::chrono::milliseconds wait) {
  OpenOptions options;
  options.application = "drydock adopt lock";
  options.busy_timeout = pause;
  if (url.dialect() == Dialect::postgres) options.session_sql = "SET idle_in_transaction_session_timeout = 0";
  session_ = open_database(url, options);
  const Clock::time_point end = Clock::now() + wait;
  while (!try_to_lock(*session_, found)) {
    if (Clock::now() >= end) throw at_work(found, *session_);
    pause_for(pause);
  }
  if (url.dialect() == Dialect::sqlite) session_.reset();
}

void require_foreign_lock(Database& database, const FoundHistory& found) {
  if (database.dialect() == Dialect::sqlite && !found.reader->try_to_lock(database, found.table))
    throw at_work(found, database);
}

}  // namespace drydock
