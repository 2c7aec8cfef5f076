// One function for each provider; all_providers.cc lists them.
#pragma once

#include <memory>
#include <string>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

std::unique_ptr<ShadowProvider> sqlite_copy_provider();
std::unique_ptr<ShadowProvider> postgres_private_provider();
std::unique_ptr<ShadowProvider> postgres_server_provider();

// Now, as Shadow::taken_at() says it.
std::string utc_now();

}  // namespace drydock
