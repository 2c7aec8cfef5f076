// A copy of a whole cluster, as pg_basebackup makes it: a directory, or tape archives. It is copied, and the copy is
// started; a server on the backup itself would write to it.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/postgres_backup_server.h"
#include "rehearsal/backup/postgres_cluster_copy.h"
#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/file_copy.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// base.tar, base.tar.gz
std::optional<fs::path> archive_in(const fs::path& directory, const std::string& name) {
  for (const char* ending : {".tar", ".tar.gz"})
    if (fs::exists(directory / (name + ending))) return directory / (name + ending);
  return std::nullopt;
}

void extract(const fs::path& archive, const fs::path& into, const fs::path& log) {
  Program tar;
  tar.arguments = {"/usr/bin/env",    "tar",        "--extract",
                   "--no-same-owner", "--file",     fs::absolute(archive).string(),
                   "--directory",     into.string()};
  tar.output = log;
  if (run_program(tar) != 0) throw BackupRefused(archive.string() + " is cut short or damaged: tar cannot unpack it");
}

void copy_cluster(const fs::path& from, const fs::path& to) {
  const int result = copy_directory(from, to);
  if (result == ENOSPC || result == EDQUOT) throw disk_full(to.parent_path(), 0);
  if (result != 0)
    throw BackupRefused(from.string() + " could not be copied: " + std::generic_category().message(result));
}

class PostgresBaseBackupKind final : public BackupKind {
 public:
  std::string_view name() const override { return "PostgreSQL base backup (pg_basebackup)"; }

  bool recognises(const BackupFile& file) const override {
    if (file.is_directory) return fs::exists(file.path / "PG_VERSION") || archive_in(file.path, "base").has_value();
    return !file.first_member().empty() && file.first_member() != "toc.dat";
  }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    return restore_cluster(request, [&](const fs::path& data, const fs::path& log) {
      if (fs::exists(request.file / "PG_VERSION")) return copy_cluster(request.file, data);
      fs::create_directory(data);
      const bool is_directory = fs::is_directory(request.file);
      extract(is_directory ? *archive_in(request.file, "base") : request.file, data, log);
      const std::optional<fs::path> log_files = is_directory ? archive_in(request.file, "pg_wal") : std::nullopt;
      if (log_files) extract(*log_files, data / "pg_wal", log);
    });
  }
};

}  // namespace

std::unique_ptr<BackupKind> postgres_base_backup_kind() { return std::make_unique<PostgresBaseBackupKind>(); }

}  // namespace drydock
