// The variables that tell another tool which database is meant: DATABASE_URL, DRYDOCK_DATABASE, libpq's PG*, and those
// of [command] environment in drydock.toml, whose placeholders are filled in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runner/database/url.h"

namespace drydock {

using EnvironmentVariables = std::map<std::string, std::string>;

// The whole environment of a command: drydock's own, without what would lead to another database than `url`. The
// password is in it where the address has one. `url_text`: the address as the user wrote it, which is handed on unless
// it is a socket's, which tools read in one form only.
enum class CommandPlace { shadow, target };
EnvironmentVariables command_environment(const DatabaseUrl& url, const std::optional<std::string>& url_text,
                                         CommandPlace place, const EnvironmentVariables& templates);

// The first placeholder that there is not, such as {hots}; nullopt: all are known.
std::optional<std::string> unknown_placeholder(std::string_view text);

}  // namespace drydock
