#include "rehearsal/shadow/kept_file.h"

#include <algorithm>

#include "rehearsal/shadow/providers.h"
#include "rehearsal/shadow/work_tree.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// "shop-20261125T094000Z.dump"
std::string name_for(std::string database, const std::string& ending) {
  std::ranges::replace(database, '/', '_');
  std::string time = utc_now();
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return database + "-" + time + ending;
}

void make_private(const fs::path& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return;
  if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
  if (error)
    throw CannotRehearse("the directory for the backup, " + directory.string() +
                         ", cannot be made: " + error.message());
}

}  // namespace

KeptFile::KeptFile(const fs::path& directory, const std::string& database, const std::string& ending) {
  if (const std::optional<fs::path> tree = work_tree_around(directory))
    throw CannotRehearse("a backup is to outlive a checkout and a clean-up, and " + directory.string() +
                         " lies inside the git work tree " + tree->string() + ": name a directory outside of it");
  make_private(directory);
  file_ = directory / name_for(database, ending);
  unproved_ = file_.string() + ".new";
}

KeptFile::~KeptFile() {
  std::error_code ignored;
  if (!unproved_.empty()) fs::remove(unproved_, ignored);
}

fs::path KeptFile::keep() {
  std::error_code error;
  fs::rename(unproved_, file_, error);
  if (error) throw CannotRehearse("the backup could not be kept as " + file_.string() + ": " + error.message());
  return file_;
}

}  // namespace drydock
