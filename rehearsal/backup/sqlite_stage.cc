// SQLite's own backup interface writes the pages of the copy over those of the target, in one transaction: whoever has
// the file open sees the old rows or the new ones.
#include <sqlite3.h>

#include <memory>

#include "rehearsal/backup/stage.h"
#include "runner/database/interruption.h"

namespace drydock {
namespace {

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)>;
constexpr int wait_for_others_ms = 10000;

StagingFailed failed(const StageRequest& request, int code) {
  return StagingFailed(request.target.url().display() + " could not be written: " + sqlite3_errstr(code) +
                       "; it is as it was. Where somebody uses it, end that program, and run the command again");
}

Handle open(const StageRequest& request, const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Handle handle(raw, &sqlite3_close_v2);
  if (code != SQLITE_OK) throw failed(request, code);
  sqlite3_busy_timeout(raw, wait_for_others_ms);
  return handle;
}

}  // namespace

std::vector<std::string> stage_sqlite(const StageRequest& request) {
  // The pages carry the stamp along, so that the copy's newest one has to be the target's.
  History(request.backup.database()).write_stamp(request.stamp, History::Replacing::yes);
  request.say("writing " + request.target.url().display());
  const Handle copy = open(request, request.backup.database().url().database(), SQLITE_OPEN_READWRITE);
  const Handle target = open(request, request.target.url().database(), SQLITE_OPEN_READWRITE);
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", copy.get(), "main");
  if (backup == nullptr) throw failed(request, sqlite3_errcode(target.get()));
  int code = sqlite3_backup_step(backup, -1);
  // A target that others read is busy at the last step; what was written so far waits.
  for (int tries = 0; (code == SQLITE_BUSY || code == SQLITE_LOCKED) && tries < 100 && !interruption_pending();
       ++tries) {
    sqlite3_sleep(100);
    code = sqlite3_backup_step(backup, -1);
  }
  const int ended = sqlite3_backup_finish(backup);
  check_interruption();
  if (code != SQLITE_DONE) throw failed(request, code);
  if (ended != SQLITE_OK) throw failed(request, ended);
  return {};
}

}  // namespace drydock
