// The SQL dialects that drydock speaks.
#pragma once

#include <string_view>

namespace drydock {

enum class Dialect { postgres, sqlite };

inline std::string_view to_string(Dialect dialect) { return dialect == Dialect::postgres ? "postgres" : "sqlite"; }

}  // namespace drydock
