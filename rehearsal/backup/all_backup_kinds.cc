// The table of the kinds of backup, and what all of them have in common: compressed files, how long, how old, how
// large.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/shadow/child_process.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";

std::vector<std::unique_ptr<BackupKind>> make_kinds() {
  std::vector<std::unique_ptr<BackupKind>> kinds;
  kinds.push_back(sqlite_file_kind());
  kinds.push_back(postgres_archive_kind());
  kinds.push_back(postgres_base_backup_kind());
  kinds.push_back(postgres_pgbackrest_kind());
  kinds.push_back(sqlite_script_kind());
  kinds.push_back(postgres_script_kind());
  return kinds;
}

BackupFile look_at(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    throw BackupRefused("there is no backup to read at " + path.string() + ": " +
                        std::generic_category().message(errno));
  BackupFile file{path, S_ISDIR(status.st_mode), {}};
  if (file.is_directory) {
    std::error_code error;
    if (fs::directory_iterator(path, error); error)
      throw BackupRefused(path.string() + " cannot be read: " + error.message());
    return file;
  }
  std::ifstream stream(path, std::ios::binary);
  file.head.resize(4096);
  stream.read(file.head.data(), static_cast<std::streamsize>(file.head.size()));
  if (!stream && stream.gcount() == 0 && !stream.eof())
    throw BackupRefused(path.string() + " cannot be read: " + std::generic_category().message(errno));
  file.head.resize(static_cast<std::size_t>(stream.gcount()));
  if (file.head.empty()) throw BackupRefused(path.string() + " is an empty file, and no backup");
  return file;
}

Moment written_at(const fs::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return Moment(std::chrono::seconds(status.st_mtime));
}

// Beside nothing: into a directory that goes.
std::unique_ptr<ShadowDirectory> unpack(const BackupFile& file, const RestoreRequest& request) {
  auto directory = std::make_unique<ShadowDirectory>(shadow_base(request.shadow_directory, std::nullopt), std::nullopt,
                                                     size_below(file.path));
  if (request.say) request.say("unpacking " + file.path.string());
  Program gunzip;
  gunzip.arguments = {"/usr/bin/env", "gzip", "-dc", fs::absolute(file.path).string()};
  gunzip.output = directory->path() / "backup";
  if (run_program(gunzip) != 0)
    throw BackupRefused(file.path.string() + " is cut short or damaged: gzip cannot unpack it");
  return directory;
}

const BackupKind& kind_of(const BackupFile& file, const fs::path& named) {
  const auto& all = all_backup_kinds();
  const auto found = std::ranges::find_if(all, [&](const auto& kind) { return kind->recognises(file); });
  if (found != all.end()) return **found;
  std::string names;
  for (const auto& kind : all) names += (names.empty() ? "" : ", ") + std::string(kind->name());
  throw BackupRefused(named.string() + " is not a backup that drydock can read; it reads: " + names);
}

}  // namespace

std::string BackupFile::first_member() const {
  constexpr std::size_t header = 512, magic_at = 257;
  if (head.size() < header || head.compare(magic_at, 5, "ustar") != 0) return {};
  return head.substr(0, std::min<std::size_t>(head.find('\0'), 100));
}

std::int64_t size_below(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return static_cast<std::int64_t>(fs::file_size(path, error));
  std::int64_t bytes = 0;
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error))
    if (at->is_regular_file(error)) bytes += static_cast<std::int64_t>(at->file_size(error));
  return bytes;
}

const std::vector<std::unique_ptr<BackupKind>>& all_backup_kinds() {
  static const std::vector<std::unique_ptr<BackupKind>> kinds = make_kinds();
  return kinds;
}

Restored restore_backup(const RestoreRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  Restored restored;
  RestoreRequest unpacked = request;
  BackupFile file = look_at(request.file);
  if (file.starts_with(gzip_magic)) {
    restored.unpacked = unpack(file, request);
    unpacked.file = restored.unpacked->path() / "backup";
    file = look_at(unpacked.file);
  }
  const BackupKind& kind = kind_of(file, request.file);
  if (request.say) request.say("restoring " + request.file.string() + " (" + std::string(kind.name()) + ")");
  restored.backup = kind.restore(unpacked);
  restored.kind = kind.name();
  restored.taken_at = restored.backup->taken_at().value_or(written_at(request.file));
  restored.bytes = size_below(request.file);
  restored.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return restored;
}

}  // namespace drydock
