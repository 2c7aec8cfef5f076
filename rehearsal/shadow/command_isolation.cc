#include "rehearsal/shadow/command_isolation.h"

#include <sys/mount.h>
#include <sys/statvfs.h>

#include <fstream>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/confinement.h"
#include "runner/sql/joined.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// The sockets of PostgreSQL's that somebody listens on.
std::vector<fs::path> postgres_sockets() {
  std::vector<fs::path> sockets;
  std::ifstream list("/proc/net/unix");
  for (std::string line; std::getline(list, line);) {
    const std::size_t at = line.find(" /");
    if (at == std::string::npos || line.find("/.s.PGSQL.", at) == std::string::npos) continue;
    const fs::path socket = line.substr(at + 1);
    std::error_code error;
    if (fs::exists(socket, error)) sockets.push_back(socket);
  }
  return sockets;
}

// A mount that another user's name space has locked keeps its flags.
unsigned long flags_of(const fs::path& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return 0;
  unsigned long flags = 0;
  if ((status.f_flag & ST_NOSUID) != 0) flags |= MS_NOSUID;
  if ((status.f_flag & ST_NODEV) != 0) flags |= MS_NODEV;
  if ((status.f_flag & ST_NOEXEC) != 0) flags |= MS_NOEXEC;
  if ((status.f_flag & ST_NOATIME) != 0) flags |= MS_NOATIME;
  if ((status.f_flag & ST_RELATIME) != 0) flags |= MS_RELATIME;
  return flags;
}

bool make_read_only(const fs::path& path) {
  const unsigned long flags = flags_of(path);
  return ::mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
         ::mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | flags, nullptr) == 0;
}

std::string host_of(const DatabaseUrl& url) {
  const auto found = url.parameters().find("host");
  return found == url.parameters().end() ? "" : found->second;
}

}  // namespace

CommandIsolation::CommandIsolation(const DatabaseUrl& shadow, const DatabaseUrl& target) {
  std::error_code error;
  if (shadow.dialect() == Dialect::sqlite) {
    const fs::path file = fs::weakly_canonical(target.database(), error);
    if (fs::exists(file, error)) read_only_.push_back(file);
  } else {
    const fs::path own = host_of(shadow);
    by_socket_ = own.is_absolute();
    const fs::path own_directory = by_socket_ ? fs::weakly_canonical(own, error) : own;
    for (const fs::path& socket : postgres_sockets()) {
      if (fs::weakly_canonical(socket.parent_path(), error) != own_directory) hidden_.push_back(socket);
    }
  }
  find_out();
}

int CommandIsolation::try_to_enter() const {
  const bool left = by_socket_ && enter_empty_network(FileSystems::own);
  if (!left) return by_socket_ && (enter_empty_network() || forbid_internet_sockets()) ? network_left : nothing;
  bool all = ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  for (const fs::path& socket : hidden_) {
    all = all && ::mount("/dev/null", socket.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }
  for (const fs::path& file : read_only_) all = all && make_read_only(file);
  return network_left | (all ? covered : nothing);
}

void CommandIsolation::enter() const { try_to_enter(); }

std::string CommandIsolation::state_of_target() const {
  if (notes_.empty()) return "the target was not touched";
  return "look whether the target is as it was, as the command may have reached it (" + joined(notes_, "; ") + ")";
}

void CommandIsolation::find_out() {
  ChildProcess trial([this] { return try_to_enter(); });
  const int reached = trial.wait();
  if (!by_socket_) {
    notes_.emplace_back(
        "the shadow is reached through the network, so that the command has one: what it does besides DATABASE_URL and "
        "PG* is not known");
  } else if ((reached & network_left) == 0) {
    notes_.emplace_back(
        "this machine does not let the command be cut off from the network: what it reaches besides DATABASE_URL and "
        "PG* is not known");
  }
  if ((reached & covered) != 0 || (hidden_.empty() && read_only_.empty())) return;
  notes_.emplace_back(
      read_only_.empty()
          ? "the sockets of other PostgreSQL servers on this machine could not be hidden from the command"
          : "the target's file could not be made read-only for the command");
}

}  // namespace drydock
