// Who runs this: user@host, as the history records it.
#pragma once

#include <string>

namespace drydock {

std::string runner_name();

}  // namespace drydock
