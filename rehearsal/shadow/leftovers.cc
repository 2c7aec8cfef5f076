// The janitor: takes away what killed rehearsals left. A shadow's owner holds a lock on a file in it, which the kernel
// lets go when the owner dies, however it dies; a lock that can be had is a shadow that nobody uses.

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <thread>

#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// A directory that was being made when its owner died has no lock yet; one younger than this may still be in the
// making.
constexpr auto longest_making = std::chrono::minutes(10);

bool is_older_than(const fs::path& path, std::chrono::minutes age) {
  std::error_code error;
  auto written = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::now() - written > age;
}

// The first line of postmaster.pid is the server's process; it is ours only if it still works in that directory.
pid_t server_in(const fs::path& data) {
  std::ifstream file(data / "postmaster.pid");
  pid_t pid = 0;
  if (!(file >> pid) || pid <= 1) return 0;
  std::error_code error;
  fs::path works_in = fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd", error);
  return !error && works_in == fs::weakly_canonical(data, error) ? pid : 0;
}

void end_server(const fs::path& data) {
  pid_t pid = server_in(data);
  for (int attempt = 0; pid != 0 && attempt < 500; ++attempt) {
    ::kill(pid, attempt == 0 ? SIGQUIT : attempt == 400 ? SIGKILL : 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (server_in(data) == 0) return;
  }
}

// Where its socket lies, if that is outside of it: only ever a directory of the name that shadows give it.
fs::path socket_directory_of(const fs::path& shadow) {
  std::ifstream file(shadow / "owner");
  std::string pid, directory;
  std::getline(file, pid);
  std::getline(file, directory);
  bool ours = directory.starts_with("/tmp/drydock-") && directory.find('/', 5) == std::string::npos;
  return ours ? fs::path(directory) : fs::path();
}

std::string reason_of(int error) { return std::generic_category().message(error); }

// An owner's file that is opened to be locked. Who holds none of these rights is not its user.
class Owner {
 public:
  explicit Owner(const fs::path& shadow)
      : file_(::open((shadow / "owner").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)), error_(file_ < 0 ? errno : 0) {}
  ~Owner() {
    if (file_ >= 0) ::close(file_);
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  bool is_dead() const { return file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0; }
  // There is one, and it cannot be told whether it lives.
  bool is_unknown() const { return file_ < 0 && error_ != ENOENT; }
  int error() const { return error_; }

 private:
  int file_, error_;
};

// Calls `each` for every directory below `base`; "" or why it could not be listed. A base that is not there holds none.
std::string for_each_directory(const fs::path& base, const std::function<void(const fs::path&)>& each) {
  std::error_code error, ignored;
  for (fs::directory_iterator at(base, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) each(at->path());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return "";
  return base.string() + ": " + error.message();
}

bool is_shadow(const fs::path& path) { return path.filename().string().starts_with("shadow-"); }

void remove_if_abandoned(const fs::path& shadow, Leftovers& found) {
  const Owner owner(shadow);
  if (owner.is_unknown())
    found.left.push_back("left " + shadow.string() + ", whose rehearsal may have been killed: " +
                         reason_of(owner.error()) + "; run `drydock clean` as the user who owns it");
  if (!owner.is_dead()) return;
  std::error_code error;
  end_server(shadow / "data");
  const fs::path socket = socket_directory_of(shadow);
  if (!socket.empty()) fs::remove_all(socket, error);
  remove_shadow(shadow, error);
  if (!fs::exists(shadow))
    found.removed.push_back("removed " + shadow.string() + ": a shadow whose rehearsal was killed");
  else
    found.left.push_back("left " + shadow.string() + ", a shadow whose rehearsal was killed and a copy of the rows: " +
                         error.message() + "; remove it");
}

}  // namespace

Leftovers remove_abandoned(const fs::path& base) {
  Leftovers found;
  const std::string unlisted = for_each_directory(base, [&found](const fs::path& path) {
    if (is_shadow(path)) return remove_if_abandoned(path, found);
    if (!path.filename().string().starts_with(".new-") || !is_older_than(path, longest_making)) return;
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
      found.left.push_back("left " + path.string() + ", a shadow that was never finished: " + error.message());
    else
      found.removed.push_back("removed " + path.string() + ": a shadow that was never finished");
  });
  if (!unlisted.empty()) found.left.push_back("it was not looked at what lies in " + unlisted);
  return found;
}

AbandonedShadows abandoned_shadows(const std::optional<std::string>& shadow_directory) {
  std::set<fs::path> found;
  std::set<std::string> unseen;
  for (const fs::path& base : possible_shadow_bases(shadow_directory)) {
    const std::string unlisted = for_each_directory(base, [&](const fs::path& path) {
      if (!is_shadow(path)) return;
      const Owner owner(path);
      if (owner.is_dead()) found.insert(path);
      if (owner.is_unknown()) unseen.insert(path.string() + ": " + reason_of(owner.error()));
    });
    if (!unlisted.empty()) unseen.insert(unlisted);
  }
  return {{found.begin(), found.end()}, {unseen.begin(), unseen.end()}};
}

Leftovers remove_leftovers(const std::optional<std::string>& shadow_directory) {
  Leftovers all;
  std::set<fs::path> seen;
  for (const fs::path& base : possible_shadow_bases(shadow_directory)) {
    if (!seen.insert(base).second) continue;
    Leftovers found = remove_abandoned(base);
    std::ranges::move(found.removed, std::back_inserter(all.removed));
    std::ranges::move(found.left, std::back_inserter(all.left));
  }
  return all;
}

}  // namespace drydock
