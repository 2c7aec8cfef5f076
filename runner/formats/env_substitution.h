// Variables of the environment in a line, as goose replaces them behind `-- +goose ENVSUB ON`: $NAME, ${NAME},
// ${NAME:-text where it is not set or empty}, ${NAME-text where it is not set}, ${NAME?message}; $$ and \$ stand for a
// dollar.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

// Throws std::runtime_error, one sentence without the place, for a variable that is not set and has no text to stand
// for it (goose would leave a hole in the statement), and for what else may stand in the braces.
std::string substitute_variables(std::string_view line,
                                 const std::function<std::optional<std::string>(const std::string& name)>& variable);

}  // namespace drydock
