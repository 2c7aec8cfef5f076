#include "rehearsal/shadow/server_user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

std::optional<ServerUser> server_user() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* entry = ::getpwnam(name);
    if (entry != nullptr && entry->pw_uid != 0) return ServerUser{entry->pw_uid, entry->pw_gid, name};
  }
  throw CannotRehearse(
      "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody': run drydock as an "
      "ordinary user");
}

bool become(const ServerUser& user) {
  return ::setgroups(0, nullptr) == 0 && ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0;
}

}  // namespace drydock
