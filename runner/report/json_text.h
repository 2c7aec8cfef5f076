// A JSON document as text, in the one form that users see.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace drydock {

// Indented. What is no UTF-8, in a name or a path, becomes U+FFFD.
std::string json_text(const nlohmann::ordered_json& document);

}  // namespace drydock
