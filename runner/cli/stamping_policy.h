// `init --policy`: writes what drydock.toml asks for into the stamp of the database, as a minimum. It may tighten what
// stands there; loosening needs a word of its own, and is recorded.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "runner/cli/settings.h"
#include "runner/history/history.h"

namespace drydock {

enum class Loosening { no, yes };

// What the stamp held, and what it holds now.
struct StampedPolicy {
  std::optional<Policy> before;
  Policy now;
};

// By the file as it stands on the disk: init may just have written it. Throws Failure (exit 2) where it asks for less
// than the stamp does and loosening was not asked for; nothing is written then.
// REQUIRES: the database carries the stamp of the settings' environment.
StampedPolicy stamp_policy(Database& database, const Settings& settings, Loosening loosening);

// Lines of the narrative, with what is asked for less than before.
std::string text_of(const StampedPolicy& stamped);
nlohmann::ordered_json json_of(const StampedPolicy& stamped);

}  // namespace drydock
