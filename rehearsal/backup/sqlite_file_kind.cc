// A copy of a SQLite file, with its -wal where one lies beside it. SQLite itself would make files beside what it opens:
// the bytes are copied, and the copy is opened.
#include <fstream>
#include <system_error>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/sqlite_restored_backup.h"
#include "rehearsal/shadow/file_copy.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// "SQLite format 3" and a zero byte.
constexpr std::string_view magic{"SQLite format 3\0", 16};
constexpr std::size_t read_version_at = 19;
constexpr char newest_read_version = 2;

void copy_bytes(const fs::path& from, const fs::path& to) {
  const int result = copy_file_bytes(from.c_str(), to.c_str());
  if (result == ENOSPC || result == EDQUOT) throw disk_full(to.parent_path(), size_below(from));
  if (result != 0) throw BackupRefused(from.string() + " cannot be read: " + std::generic_category().message(result));
}

void require_whole(Database& database, const fs::path& file) {
  const Rows found = database.query("PRAGMA main.integrity_check(1)");
  if (found.rows.size() == 1 && found.text(0, 0) == "ok") return;
  throw BackupRefused(file.string() + " is cut short or damaged: SQLite's integrity_check does not find it in order");
}

class SqliteFileKind final : public BackupKind {
 public:
  std::string_view name() const override { return "SQLite file"; }

  bool recognises(const BackupFile& file) const override { return file.starts_with(magic); }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    auto restored = std::make_unique<SqliteRestoredBackup>(request);
    const std::string log = request.file.string() + "-wal";
    copy_bytes(request.file, restored->file());
    if (fs::exists(log)) copy_bytes(log, restored->file().string() + "-wal");
    require_known_version(restored->file(), request.file);
    try {
      restored->open();
      require_whole(restored->database(), request.file);
    } catch (const DatabaseError& error) {
      throw BackupRefused(request.file.string() + " is cut short or damaged: SQLite cannot read it (" +
                          error.sqlstate() + ")");
    }
    return restored;
  }

 private:
  static void require_known_version(const fs::path& copy, const fs::path& file) {
    std::ifstream stream(copy, std::ios::binary);
    std::string head(magic.size() + 4, '\0');
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (head[read_version_at] > newest_read_version)
      throw BackupRefused(file.string() + " was written by a newer version of SQLite, whose files cannot be read here");
  }
};

}  // namespace

std::unique_ptr<BackupKind> sqlite_file_kind() { return std::make_unique<SqliteFileKind>(); }

}  // namespace drydock
