// What libpq makes of an address: percent-decoding, several hosts, options, the variables of the environment.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace drydock {

using PostgresParameters = std::map<std::string, std::string>;

// Throws DatabaseUrlError, which repeats no part of the text.
PostgresParameters parse_postgres_url(std::string_view text);

// For a part of an address: everything but letters, digits and -._~ is encoded, unless it is in `also_plain`.
std::string percent_encoded(std::string_view text, std::string_view also_plain = "");

// The address without its password and without options that may hold one.
std::string display_postgres_url(const PostgresParameters& parameters);

// Whether every host that libpq would try is a socket of this machine or a loopback address.
bool is_local_postgres(const PostgresParameters& parameters);

// libpq's options with those that put a session into a schema, and the schema that they do so for ("" where none).
std::string options_with_schema(const std::string& options, std::string_view schema);
std::string schema_in_options(std::string_view options);

// The value that libpq would use: of the address, else of the environment or the service file, else its own default.
std::string effective_parameter(const PostgresParameters& parameters, const std::string& name);

}  // namespace drydock
