// Directives: comment lines `-- drydock:WORD ...` that stand before the first statement of a migration
// (docs/migration-files.md). Inside a string, a dollar quote or a block comment they are no directives.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/migration/loss.h"
#include "runner/sql/dialect.h"

namespace drydock {

struct Directives {
  std::vector<Consent> consents;
  bool transaction_none = false;                               // -- drydock:transaction none
  bool foreign_keys_on = false;                                // -- drydock:foreign-keys on (SQLite)
  std::optional<std::chrono::milliseconds> lock_timeout;       // -- drydock:lock-timeout 2s
  std::optional<std::chrono::milliseconds> statement_timeout;  // -- drydock:statement-timeout 10min
  std::optional<std::chrono::hours> keep;                      // -- drydock:keep 30d
};

// Reads the directives of a file's text. Throws SqlTextError (runner/sql/splitter.h) with the line for an unknown word
// or kind, a directive after the first statement, a consent without a reason, a malformed bound or duration, and an
// object without its schema on PostgreSQL, and a keep in a file without any consent.
// REQUIRES: text is normalised.
Directives read_directives(std::string_view text, Dialect dialect);

// "500ms", "2s", "10min", "1h", "1d"; a bare number is an error. Shared by directives, options and drydock.toml.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace drydock
