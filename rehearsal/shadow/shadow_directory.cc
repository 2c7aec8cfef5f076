#include "rehearsal/shadow/shadow_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/work_tree.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// The longest path of a socket, with its file's name, that sockaddr_un takes.
constexpr std::size_t longest_socket_path = 107;
constexpr std::string_view socket_name = "/socket/.s.PGSQL.5432";

constexpr std::string_view remedy = "set shadow_directory in drydock.toml to a directory that is not";

std::optional<fs::path> cache_of_this_user() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fs::path(cache) / "drydock";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/' && ::access(home, W_OK | X_OK) == 0) return fs::path(home) / ".cache" / "drydock";
  return std::nullopt;
}

fs::path below_var_tmp(uid_t uid) { return "/var/tmp/drydock-" + std::to_string(uid); }

// Without a setting. The cache of root cannot be reached by the user that its servers run as.
fs::path default_base(const std::optional<ServerUser>& user) {
  if (user) return below_var_tmp(user->uid);
  std::optional<fs::path> cache = cache_of_this_user();
  return cache && !work_tree_around(*cache) ? *cache : below_var_tmp(::geteuid());
}

void give_to(const fs::path& path, const std::optional<ServerUser>& user) {
  if (user && ::lchown(path.c_str(), user->uid, user->gid) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot give " + path.string() + " to " + user->name);
  }
}

void make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    throw CannotRehearse("cannot make the directory " + path.string() + " for a shadow: " +
                         std::generic_category().message(errno) + "; set shadow_directory in drydock.toml");
  }
}

void make_private(const fs::path& path, const std::optional<ServerUser>& user) {
  make_directory(path);
  give_to(path, user);
}

// The directory of the setting holds shadows of drydock's own user (copies of SQLite files) and of the user that a
// server runs as: it may be entered by both, and listed by the first alone. Each shadow in it is private.
void make_shared(const fs::path& path) {
  make_directory(path);
  ::chmod(path.c_str(), 0711);
}

// In /var/tmp anybody may have made a directory of that name before.
void require_own(const fs::path& base, uid_t uid) {
  struct stat status {};
  bool own = ::lstat(base.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == uid &&
             (status.st_mode & 077) == 0;
  if (!own) {
    throw CannotRehearse(base.string() +
                         " is not a directory of this user's alone, and no data is put there: remove it, or " +
                         "set shadow_directory in drydock.toml");
  }
}

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

std::uint64_t free_bytes(const fs::path& directory) {
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) != 0) return 0;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

// One line, for people and for the janitor: where the socket lies.
void write_owner(int file, const fs::path& socket_directory) {
  std::string text = std::to_string(::getpid()) + "\n" + socket_directory.string() + "\n";
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot write the owner of a shadow");
  }
}

// Below a home directory of root's nobody else gets to it.
void require_reachable(const fs::path& base, const std::optional<ServerUser>& user) {
  if (!user) return;
  ChildProcess child([&] { return become(*user) && ::access(base.c_str(), X_OK) == 0 ? 0 : 1; });
  if (child.wait() != 0) {
    throw CannotRehearse("the shadow's server runs as " + user->name + ", who cannot enter " + base.string() +
                         ": set shadow_directory in drydock.toml to a directory that everybody can enter, such as one "
                         "below /var/tmp");
  }
}

}  // namespace

fs::path shadow_base(const std::optional<std::string>& setting, const std::optional<ServerUser>& user) {
  fs::path base = setting ? fs::absolute(*setting).lexically_normal() : default_base(user);
  if (std::optional<fs::path> tree = work_tree_around(base)) {
    throw CannotRehearse("a shadow is a full copy of the data, and " + base.string() +
                         " lies inside the git work tree " + tree->string() + ": " + std::string(remedy));
  }
  std::error_code ignored;  // the next step fails for the same reason, and says so
  if (!fs::exists(base, ignored)) {
    fs::create_directories(base.parent_path(), ignored);
    if (setting) {
      make_shared(base);
    } else {
      make_private(base, user);
    }
  }
  if (!setting && base.parent_path() == "/var/tmp") require_own(base, user ? user->uid : ::geteuid());
  require_reachable(base, user);
  return base;
}

std::vector<fs::path> possible_shadow_bases(const std::optional<std::string>& setting) {
  std::vector<fs::path> bases;
  if (setting) bases.push_back(fs::absolute(*setting).lexically_normal());
  if (std::optional<fs::path> cache = cache_of_this_user()) bases.push_back(*cache);
  bases.push_back(below_var_tmp(::geteuid()));
  try {
    if (std::optional<ServerUser> user = server_user()) bases.push_back(below_var_tmp(user->uid));
  } catch (const CannotRehearse&) {
    // Without such a user no server has ever left anything; SQLite's shadows need none.
  }
  return bases;
}

CannotRehearse disk_full(const fs::path& directory, std::int64_t needed_bytes) {
  return CannotRehearse("no room for a shadow in " + directory.string() + ": " + megabytes(free_bytes(directory)) +
                        " are free, about " + megabytes(static_cast<std::uint64_t>(needed_bytes)) +
                        " are needed; make room, or set shadow_directory in drydock.toml to a larger disk");
}

// Made under another name and renamed when its owner is in place, so that the janitor never sees one without.
ShadowDirectory::ShadowDirectory(const fs::path& base, const std::optional<ServerUser>& user, std::int64_t needed_bytes)
    : base_(base), user_(user) {
  if (free_bytes(base) < static_cast<std::uint64_t>(needed_bytes)) throw disk_full(base, needed_bytes);
  std::string name = (base / ".new-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw CannotRehearse("cannot make a directory in " + base.string() + " for a shadow: " +
                         std::generic_category().message(errno) + "; set shadow_directory in drydock.toml");
  }
  path_ = base / ("shadow-" + name.substr(name.size() - 6));
  owner_ = ::open((name + "/owner").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (owner_ < 0 || ::flock(owner_, LOCK_EX | LOCK_NB) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot lock the owner of a shadow");
  }
  write_owner(owner_, {});
  give_to(name, user);
  fs::rename(name, path_);
}

void remove_shadow(const fs::path& shadow, std::error_code& error) {
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(shadow, error); !error && at != fs::directory_iterator(); at.increment(error))
    entries.push_back(at->path());
  for (const fs::path& entry : entries) {
    std::error_code failed;
    if (entry.filename() != "owner") fs::remove_all(entry, failed);
    if (failed && !error) error = failed;
  }
  if (!error) fs::remove_all(shadow, error);
}

ShadowDirectory::~ShadowDirectory() {
  std::error_code ignored;
  if (!elsewhere_.empty()) fs::remove_all(elsewhere_, ignored);
  remove_shadow(path_, ignored);
  ::close(owner_);
}

fs::path ShadowDirectory::make(std::string_view name) const {
  make_private(path_ / name, user_);
  return path_ / name;
}

fs::path ShadowDirectory::make_for_socket() {
  if (path_.string().size() + socket_name.size() <= longest_socket_path) return make("socket");
  std::string name = "/tmp/drydock-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw CannotRehearse("cannot make a directory in /tmp for the shadow's socket: " +
                         std::generic_category().message(errno));
  }
  elsewhere_ = name;
  write_owner(owner_, elsewhere_);
  give_to(elsewhere_, user_);
  return elsewhere_;
}

}  // namespace drydock
