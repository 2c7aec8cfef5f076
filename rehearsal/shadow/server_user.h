// PostgreSQL refuses to run as root. Where drydock does, its throw-away servers run as another user of this machine.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace drydock {

struct ServerUser {
  uid_t uid{};
  gid_t gid{};
  std::string name;
};

// The user `postgres` where there is one, else `nobody`; nullopt where drydock does not run as root. Throws
// CannotRehearse where root has neither.
std::optional<ServerUser> server_user();

// Makes the calling process that user's, for good. False where it could not.
bool become(const ServerUser& user);

}  // namespace drydock
