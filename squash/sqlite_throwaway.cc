// Files in one directory of their user's alone, numbered; the janitor knows the directory as that of a shadow.
//
// date('now') is the same for a day, and two replays take a fraction of a second: every other database has a clock of
// its own, more than a year ahead, so that whatever comes from the time is seen to vary.
#include <sqlite3.h>

#include "rehearsal/shadow/shadow_directory.h"
#include "squash/made_directories.h"
#include "squash/throwaways.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

enum class Clock { now, later };

// SQLite asks its file system for the time. This one is the default one but for that.
class LaterFileSystem {
 public:
  // While this lives, connections are opened with the other clock, and keep it.
  LaterFileSystem() {
    original_ = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs later = made_from(*original_);
    sqlite3_vfs_register(&later, 1);
  }
  ~LaterFileSystem() { sqlite3_vfs_register(original_, 1); }
  LaterFileSystem(const LaterFileSystem&) = delete;
  LaterFileSystem& operator=(const LaterFileSystem&) = delete;

 private:
  static constexpr sqlite3_int64 milliseconds_ahead = ((401LL * 24 + 7) * 60 + 11) * 60'000 + 13'017;

  static sqlite3_vfs made_from(const sqlite3_vfs& original) {
    sqlite3_vfs later = original;
    later.zName = "drydock-later";
    later.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* time) {
      const int code = original_->xCurrentTimeInt64(original_, time);
      *time += milliseconds_ahead;
      return code;
    };
    later.xCurrentTime = [](sqlite3_vfs* self, double* days) {
      sqlite3_int64 time = 0;
      const int code = self->xCurrentTimeInt64(self, &time);
      *days = static_cast<double>(time) / 86'400'000.0;
      return code;
    };
    return later;
  }

  inline static sqlite3_vfs* original_ = nullptr;  // outlives the process's connections
};

class SqliteThrowaway final : public ThrowawayDatabase {
 public:
  SqliteThrowaway(fs::path file, Clock clock) : file_(std::move(file)) {
    OpenOptions making;
    making.create = true;
    std::optional<LaterFileSystem> later;
    if (clock == Clock::later) later.emplace();
    migrator_ = open_database(DatabaseUrl::of_file(file_.string()), making);
    OpenOptions reading;
    reading.access = OpenOptions::Access::read_only;
    reader_ = open_database(DatabaseUrl::of_file(file_.string()), reading);
  }
  ~SqliteThrowaway() override {
    reader_.reset();
    migrator_.reset();
    std::error_code ignored;  // it goes with its directory at the latest
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) fs::remove(file_.string() + suffix, ignored);
  }
  SqliteThrowaway(const SqliteThrowaway&) = delete;
  SqliteThrowaway& operator=(const SqliteThrowaway&) = delete;

  Database& migrator() override { return *migrator_; }
  Database& reader() override { return *reader_; }

 private:
  fs::path file_;
  std::unique_ptr<Database> migrator_, reader_;
};

class SqliteThrowaways final : public Throwaways {
 public:
  explicit SqliteThrowaways(const ThrowawayRequest& request)
      : made_(request.shadow_directory),
        directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, 0) {}

  std::string server() const override { return std::string("SQLite ") + sqlite3_libversion(); }

  std::unique_ptr<ThrowawayDatabase> make(const std::vector<Migration>&) override {
    const Clock clock = ++count_ % 2 == 0 ? Clock::later : Clock::now;
    return std::make_unique<SqliteThrowaway>(directory_.path() / (std::to_string(count_) + ".db"), clock);
  }

 private:
  MadeDirectories made_;  // outlives what lies in them
  ShadowDirectory directory_;
  int count_ = 0;
};

}  // namespace

std::unique_ptr<Throwaways> make_sqlite_throwaways(const ThrowawayRequest& request) {
  return std::make_unique<SqliteThrowaways>(request);
}

}  // namespace drydock
