// The version of this build.
#pragma once

#include <string_view>

namespace drydock {

constexpr std::string_view version() { return DRYDOCK_VERSION; }

}  // namespace drydock
