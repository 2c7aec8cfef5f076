#include "squash/placing.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "runner/migration/baseline_files.h"
#include "runner/plan/baseline_decision.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), what + " " + path.string());
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail("cannot open", path_);
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count < 0 && errno != EINTR) fail("cannot write", path_);
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void sync() const {
    if (::fsync(descriptor_) != 0) fail("cannot sync", path_);
  }

 private:
  fs::path path_;
  int descriptor_;
};

void sync_folder(const fs::path& folder) { Descriptor(folder, O_RDONLY | O_DIRECTORY).sync(); }

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

// What lies in squashed/ under the name already, and is not the file itself.
void refuse_to_overwrite(const fs::path& folder, const std::string& name) {
  const fs::path there = folder / squashed_folder / name;
  if (fs::exists(there) && bytes_of(there) != bytes_of(folder / name))
    throw SquashRefused(there.string() + " is there already and is another file than " + (folder / name).string() +
                        "; no file was touched. Take one of the two away, then run the command again");
}

// "0001_a.undo.sql" for "0001_a.sql".
std::string undo_name_of(const std::string& file_name) { return fs::path(file_name).stem().string() + ".undo.sql"; }

void require_room(const fs::path& folder) {
  const fs::path squashed = folder / squashed_folder;
  if (fs::exists(squashed) && !fs::is_directory(squashed))
    throw SquashRefused(squashed.string() +
                        " is no folder, and the originals would go there; no file was touched. Give it another name, "
                        "then run the command again");
}

// The names to move, an undo file before its migration: a format refuses one that is left alone.
std::vector<std::string> names_to_move(const std::vector<MigrationFile>& files, const fs::path& folder) {
  std::vector<std::string> names;
  for (const MigrationFile& file : files) {
    if (fs::exists(folder / undo_name_of(file.file))) names.push_back(undo_name_of(file.file));
    names.push_back(file.file);
  }
  if (!names.empty()) require_room(folder);
  for (const std::string& name : names) refuse_to_overwrite(folder, name);
  return names;
}

void move_to_squashed(const std::vector<std::string>& names, const fs::path& folder) {
  if (names.empty()) return;
  const fs::path squashed = folder / squashed_folder;
  try {
    sync_folder(folder);
    if (fs::create_directory(squashed)) sync_folder(folder);
    for (const std::string& name : names) fs::rename(folder / name, squashed / name);
    sync_folder(squashed);
    sync_folder(folder);
  } catch (const std::system_error& failure) {
    throw std::runtime_error("cannot move the originals to " + squashed.string() + " (" + failure.code().message() +
                             "). The baseline is in its place, and every command takes them from where they lie now; "
                             "remove what hinders, then run `drydock squash` again, which moves the rest");
  }
}

fs::path unfinished_name(const fs::path& folder, const std::string& file_name) {
  return folder / ("." + file_name + ".new");
}

std::vector<fs::path> unnamed_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(".") && name.ends_with("_baseline.sql.new")) found.push_back(at->path());
  }
  return found;
}

}  // namespace

std::vector<std::string> place(const Baseline& baseline, const fs::path& folder) {
  const fs::path file = folder / baseline.file_name;
  if (fs::exists(file))
    throw SquashRefused(file.string() +
                        " is there already, and the baseline would take its name; no file was touched. Give that file "
                        "another name (a migration is known by its version and checksum), then run the command again");
  const std::vector<std::string> names = names_to_move(baseline.replaced, folder);
  const fs::path unfinished = unfinished_name(folder, baseline.file_name);
  try {
    const Descriptor descriptor(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    descriptor.write(baseline.text);
    descriptor.sync();
    fs::rename(unfinished, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    throw;
  }
  move_to_squashed(names, folder);
  return names;
}

Unfinished find_unfinished(const std::vector<MigrationFile>& files, const fs::path& folder) {
  Unfinished unfinished{.unnamed = unnamed_in(folder), .beside = {}};
  const MigrationFile* baseline = newest_baseline(files);
  for (const MigrationFile& file : files)
    if (baseline != nullptr && &file != baseline && file.kind != MigrationKind::repeatable &&
        baseline->baseline->find(file.version) != nullptr)
      unfinished.beside.push_back(file);
  return unfinished;
}

std::vector<std::string> complete(const Unfinished& unfinished, const std::vector<MigrationFile>& files,
                                  const fs::path& folder, Dialect dialect) {
  const MigrationFile* baseline = newest_baseline(files);
  for (const MigrationFile& file : unfinished.beside)
    if (!file.baseline && !is_replaced_text(*baseline->baseline->find(file.version), file, dialect))
      throw SquashRefused(file.file + " lies beside the baseline " + baseline->file +
                          ", which replaces that version, and is not the file that was squashed; no file was touched. "
                          "Give it a version above " +
                          baseline->version.text() + ", or put back what it was");
  const std::vector<std::string> names = names_to_move(unfinished.beside, folder);
  for (const fs::path& unnamed : unfinished.unnamed) fs::remove(unnamed);
  move_to_squashed(names, folder);
  return names;
}

std::vector<std::string> forget(const std::vector<MigrationFile>& originals, const Version& through,
                                const fs::path& folder, Forgetting forgetting) {
  const fs::path squashed = folder / squashed_folder;
  std::vector<std::string> names;
  for (const MigrationFile& file : originals) {
    if (through < file.version) continue;
    const std::string name = file.path.filename().string();
    if (fs::exists(squashed / undo_name_of(name))) names.push_back(undo_name_of(name));
    names.push_back(name);
  }
  if (names.empty() || forgetting == Forgetting::pretend) return names;
  for (const std::string& name : names) fs::remove(squashed / name);
  sync_folder(squashed);
  if (fs::is_empty(squashed) && fs::remove(squashed)) sync_folder(folder);
  return names;
}

}  // namespace drydock
