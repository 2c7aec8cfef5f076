// The janitor: takes away what killed rehearsals left. A shadow's owner holds a lock on a file in it, which the kernel
// lets go when the owner dies, however it dies; a lock that can be had is a shadow that nobody uses.

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
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

bool remove_if_abandoned(const fs::path& shadow) {
  int owner = ::open((shadow / "owner").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (owner < 0) return false;
  bool abandoned = ::flock(owner, LOCK_EX | LOCK_NB) == 0;
  std::error_code error;
  if (abandoned) {
    end_server(shadow / "data");
    fs::path socket = socket_directory_of(shadow);
    if (!socket.empty()) fs::remove_all(socket, error);
    remove_shadow(shadow, error);
  }
  ::close(owner);
  return abandoned && !error;
}

}  // namespace

std::vector<std::string> remove_abandoned(const fs::path& base) {
  std::vector<std::string> removed;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(base, error)) {
    std::string name = entry.path().filename().string();
    if (!entry.is_directory(error) || entry.is_symlink(error)) continue;
    if (name.starts_with("shadow-") && remove_if_abandoned(entry.path())) {
      removed.push_back("removed " + entry.path().string() + ": a shadow whose rehearsal was killed");
    } else if (name.starts_with(".new-") && is_older_than(entry.path(), longest_making)) {
      fs::remove_all(entry.path(), error);
      removed.push_back("removed " + entry.path().string() + ": a shadow that was never finished");
    }
  }
  return removed;
}

std::vector<fs::path> abandoned_shadows(const std::optional<std::string>& shadow_directory) {
  std::set<fs::path> found;
  std::error_code error;
  for (const fs::path& base : possible_shadow_bases(shadow_directory)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(base, error)) {
      if (!entry.path().filename().string().starts_with("shadow-")) continue;
      const int owner = ::open((entry.path() / "owner").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
      if (owner < 0) continue;
      if (::flock(owner, LOCK_EX | LOCK_NB) == 0) found.insert(entry.path());
      ::close(owner);
    }
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> remove_leftovers(const std::optional<std::string>& shadow_directory) {
  std::vector<std::string> removed;
  std::set<fs::path> seen;
  for (const fs::path& base : possible_shadow_bases(shadow_directory)) {
    if (!seen.insert(base).second) continue;
    for (std::string& line : remove_abandoned(base)) removed.push_back(std::move(line));
  }
  return removed;
}

}  // namespace drydock
