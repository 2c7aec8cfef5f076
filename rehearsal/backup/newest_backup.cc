#include "rehearsal/backup/newest_backup.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "rehearsal/backup/check_record.h"
#include "rehearsal/backup/restored_backup.h"
#include "rehearsal/shadow/child_process.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

bool lies_beside_backups(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.starts_with('.') || name == check_record_name) return true;
  constexpr std::array<std::string_view, 12> endings{".sha256", ".sha512", ".sha1", ".md5", ".asc", ".sig",
                                                     ".log",    ".txt",    ".json", "-wal", "-shm", ".new"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_itself_a_backup(const fs::path& folder) {
  const BackupFile file{folder, true, {}};
  return std::ranges::any_of(all_backup_kinds(), [&](const auto& kind) { return kind->recognises(file); });
}

}  // namespace

FoundBackup newest_backup_in(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error)
    throw BackupRefused("the folder of the backups, " + folder.string() + ", cannot be read: " + error.message());
  if (is_itself_a_backup(folder)) return {folder, nullptr};
  std::optional<fs::directory_entry> newest;
  for (const fs::directory_entry& entry : entries) {
    if (lies_beside_backups(entry.path())) continue;
    if (!newest || entry.last_write_time(error) > newest->last_write_time(error)) newest = entry;
  }
  if (newest) return {newest->path(), nullptr};
  throw BackupRefused("the folder of the backups, " + folder.string() + ", holds none");
}

FoundBackup fetch_backup(const std::vector<std::string>& command, const std::optional<std::string>& shadow_directory) {
  FoundBackup found;
  found.fetched_into = std::make_unique<ShadowDirectory>(shadow_base(shadow_directory, std::nullopt), std::nullopt, 0);
  const fs::path output = found.fetched_into->path() / "output", directory = found.fetched_into->make("backup");
  const int terminal = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  Program program;
  program.arguments = {"/usr/bin/env"};
  program.arguments.insert(program.arguments.end(), command.begin(), command.end());
  program.variables = {{"DRYDOCK_BACKUP_DIRECTORY", directory.string()}};
  program.output = output;
  program.death_signal = SIGTERM;
  program.before_exec = [terminal] { ::dup2(terminal, STDERR_FILENO); };
  const int status = run_program(program);
  ::close(terminal);
  if (status != 0)
    throw BackupRefused("the command that fetches the newest backup ended with exit " + std::to_string(status) +
                        ": mend it, it is in [backup] of drydock.toml or was given by --command");
  found.path = last_lines(output, 1);
  if (found.path.empty())
    throw BackupRefused(
        "the command that fetches the newest backup printed no path: its last line of output has to be one");
  return found;
}

}  // namespace drydock
