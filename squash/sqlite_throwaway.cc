// Files in one directory of their user's alone, numbered; the janitor knows the directory as that of a shadow.
#include <sqlite3.h>

#include "rehearsal/shadow/shadow_directory.h"
#include "squash/throwaways.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

class SqliteThrowaway final : public ThrowawayDatabase {
 public:
  explicit SqliteThrowaway(fs::path file) : file_(std::move(file)) {
    OpenOptions making;
    making.create = true;
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

// The directories that were not there before, so that a squash which only looks leaves none behind. Others use them
// too: one that is not empty stays.
class MadeDirectories {
 public:
  explicit MadeDirectories(const std::optional<std::string>& setting) {
    for (const fs::path& base : possible_shadow_bases(setting))
      for (const fs::path& path : {base, base.parent_path()})
        if (!fs::exists(path)) missing_.push_back(path);
  }
  ~MadeDirectories() {
    std::error_code ignored;
    for (const fs::path& path : missing_) fs::remove(path, ignored);
  }
  MadeDirectories(const MadeDirectories&) = delete;
  MadeDirectories& operator=(const MadeDirectories&) = delete;

 private:
  std::vector<fs::path> missing_;  // the inner ones first
};

class SqliteThrowaways final : public Throwaways {
 public:
  explicit SqliteThrowaways(const ThrowawayRequest& request)
      : made_(request.shadow_directory),
        directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, 0) {}

  std::string server() const override { return std::string("SQLite ") + sqlite3_libversion(); }

  std::unique_ptr<ThrowawayDatabase> make(const std::vector<Migration>&) override {
    return std::make_unique<SqliteThrowaway>(directory_.path() / (std::to_string(++count_) + ".db"));
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
