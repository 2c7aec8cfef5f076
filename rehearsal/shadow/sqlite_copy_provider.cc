// `copy`: the bytes of the file, then of its -wal, while a read transaction on the source is open.
//
// The read transaction keeps writers of a rollback journal out of the file, and in WAL mode keeps a checkpoint from
// resetting the log or writing back frames newer than it: whatever the copy of the file has half-written is whole in
// the copy of the log. The copy may so hold a commit that came after the transaction began, but never half of one.
//
// The bytes are copied by a child: a process that closes any descriptor of the file loses all its POSIX locks on it,
// and with them the read transaction.
//
// Every row is counted once, on the shadow. Counting the source too would read the same bytes again and double the
// cost; what it has to prove, that the shadow is not empty or another database, is proved by the source's own answers
// under the read transaction: its tables are the shadow's tables, and each that has a row there has rows here.

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/file_copy.h"
#include "rehearsal/shadow/kept_file.h"
#include "rehearsal/shadow/providers.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "rehearsal/shadow/sqlite_census.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr int attempts = 3;  // where a table was made or emptied while it was copied
constexpr std::chrono::milliseconds wait_for_lock{5000};

std::int64_t size_of(const fs::path& path) {
  std::error_code error;
  std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  struct stat one {
  }, other{};
  return ::stat(a.c_str(), &one) != 0 || ::stat(b.c_str(), &other) != 0 ||
         (one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

// The source's tables that have a row, as it sees them itself.
struct Evidence {
  std::vector<std::string> tables;
  std::set<std::string> filled;
};

Evidence evidence_of(Database& source) {
  Evidence evidence{sqlite_tables(source), {}};
  for (const std::string& name : evidence.tables) {
    try {
      const Rows found = source.query("SELECT EXISTS (SELECT 1 FROM main." + drydock::quoted(name) + ")");
      if (found.integer(0, 0) == 1) evidence.filled.insert(name);
    } catch (const DatabaseError& error) {
      if (!is_unreadable_by_its_kind(error)) throw;
    }
  }
  return evidence;
}

bool confirms(const Evidence& evidence, const Census& census) {
  std::vector<std::string> tables;
  for (const auto& [name, rows] : census.rows_by_table) {
    tables.push_back(name);
    if ((rows > 0) != evidence.filled.contains(name)) return false;
  }
  for (const auto& [name, why] : census.unreadable) tables.push_back(name);
  std::ranges::sort(tables);
  std::vector<std::string> expected = evidence.tables;
  std::ranges::sort(expected);
  return tables == expected;
}

// REQUIRES: a read transaction on `source` is open.
void copy_bytes(const fs::path& source, const fs::path& copy) {
  std::string log = source.string() + "-wal", log_copy = copy.string() + "-wal";
  bool has_log = fs::exists(log);
  ChildProcess child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    int result = copy_file_bytes(source.c_str(), copy.c_str());
    return result == 0 && has_log ? copy_file_bytes(log.c_str(), log_copy.c_str()) : result;
  });
  int result = child.wait();
  if (result == ENOSPC || result == EDQUOT || result == EFBIG) {
    throw disk_full(copy.parent_path(), size_of(source) + size_of(log));
  }
  if (result != 0) {
    throw CannotRehearse("could not copy " + source.string() + " into " + copy.parent_path().string() + ": " +
                         std::generic_category().message(result));
  }
}

CannotRehearse unreadable(const fs::path& source, const std::string& why) {
  return CannotRehearse("cannot read " + source.string() + " to make a shadow of it: " + why +
                        "; if another program holds it locked, run again when that has finished");
}

class CopyShadow final : public Shadow {
 public:
  CopyShadow(const CloneRequest& request, const fs::path& source)
      : taken_at_(utc_now()),
        directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt,
                   size_of(source) + size_of(source.string() + "-wal")),
        copy_(directory_.path() / "shadow.db") {
    auto began = std::chrono::steady_clock::now();
    int attempt = 1;
    while (!take(request.source, source)) {
      if (++attempt > attempts) {
        throw CannotRehearse("the tables of " + source.string() +
                             " kept changing while it was copied: run again when nobody alters it");
      }
    }
    for (const auto& [name, why] : census_.unreadable)
      notes_.push_back(name + " cannot be read here (" + why + "): what a migration does to it counts as lost");
    if (request.keep_backup) keep(*request.keep_backup, source);
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }

  Database& database() override { return *database_; }
  std::string provider() const override { return "copy"; }
  std::string place() const override { return directory_.path().string(); }
  const Census& source_census() const override { return source_census_; }
  const Census& shadow_census() const override { return census_; }
  std::string taken_at() const override { return taken_at_; }
  double seconds() const override { return seconds_; }
  std::optional<KeptBackup> kept_backup() const override { return kept_; }
  const std::vector<std::string>& notes() const override { return notes_; }

 private:
  // The copy, with its log written into it, before anything has run on it.
  void keep(const fs::path& directory, const fs::path& source) {
    KeptFile file(directory, source.stem().string(), ".db");
    database_->query("PRAGMA main.wal_checkpoint(TRUNCATE)");
    ChildProcess child([&] { return copy_file_bytes(copy_.c_str(), file.unproved().c_str()); });
    const int result = child.wait();
    if (result == ENOSPC || result == EDQUOT) throw disk_full(directory, size_of(copy_));
    if (result != 0)
      throw CannotRehearse("the backup could not be kept in " + directory.string() + ": " +
                           std::generic_category().message(result));
    const BackupContents contents = count_contents(*database_);
    kept_ = KeptBackup{file.keep(), contents};
  }

  // False where the source was altered between its own answers and the copy's.
  bool take(const DatabaseUrl& url, const fs::path& source) {
    database_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(copy_.string() + suffix);
    OpenOptions reading;
    reading.access = OpenOptions::Access::read_only;
    reading.busy_timeout = wait_for_lock;
    std::unique_ptr<Database> connection = open_database(url, reading);
    connection->execute("BEGIN");
    Evidence evidence = evidence_of(*connection);
    copy_bytes(source, copy_);
    source_census_.bytes =
        connection->query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").integer(0, 0);
    connection->execute("ROLLBACK");
    if (is_same_file(source, copy_)) throw CannotRehearse("the copy of " + source.string() + " is the file itself");

    database_ = open_database(DatabaseUrl::of_file(copy_.string()));
    census_ = sqlite_census(*database_);
    std::int64_t bytes = source_census_.bytes;
    source_census_ = census_;
    source_census_.bytes = bytes;
    return confirms(evidence, census_);
  }

  std::string taken_at_;
  ShadowDirectory directory_;
  fs::path copy_;
  std::unique_ptr<Database> database_;  // goes before its file
  Census source_census_, census_;
  double seconds_ = 0;
  std::vector<std::string> notes_;
  std::optional<KeptBackup> kept_;
};

class SqliteCopyProvider final : public ShadowProvider {
 public:
  std::string_view name() const override { return "copy"; }

  std::optional<std::string> why_not(const CloneRequest& request) const override {
    if (request.source.dialect() != Dialect::sqlite) return "it copies SQLite files";
    return std::nullopt;
  }

  std::unique_ptr<Shadow> clone(const CloneRequest& request) const override {
    // SQLite puts the log beside the file itself, not beside a link to it.
    fs::path source = fs::weakly_canonical(request.source.database());
    try {
      if (!fs::is_regular_file(source)) throw unreadable(source, "there is no such file");
      return std::make_unique<CopyShadow>(request, source);
    } catch (const DatabaseError& error) {
      if (error.details().canceled) check_interruption();
      throw unreadable(source, error.what());
    }
  }
};

}  // namespace

std::unique_ptr<ShadowProvider> sqlite_copy_provider() { return std::make_unique<SqliteCopyProvider>(); }

}  // namespace drydock
