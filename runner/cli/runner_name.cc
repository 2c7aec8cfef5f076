#include "runner/cli/runner_name.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace drydock {

std::string runner_name() {
  const passwd* const entry = getpwuid(geteuid());
  std::string name = entry != nullptr ? entry->pw_name : std::to_string(geteuid());
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) name += "@" + std::string(host.data());
  return name;
}

}  // namespace drydock
