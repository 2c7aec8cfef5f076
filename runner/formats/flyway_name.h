// The name of a file in Flyway's folder, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

struct FlywayName {
  enum class Kind { versioned, undo, baseline, repeatable };
  Kind kind = Kind::versioned;
  std::string version;      // as its history table stores it: "1.01" of V1_01; empty for a repeatable one
  std::string description;  // as in the file's name: "create_users"

  // What all spellings of one version have in common: no leading zero in a part, no part at the end that is 0. "1.1" of
  // 1_01 and of 01.1.0.
  std::string canonical_version() const;
};

// The last part of a path, such as "V1_1__create_users.sql". nullopt where Flyway would not take it for a migration.
std::optional<FlywayName> parse_flyway_name(std::string_view file);
// "beforeMigrate.sql", "afterEachMigrate__log.sql": SQL that it runs at an event.
bool is_flyway_callback(std::string_view file);
// "V2__fill.java", "R__fill.sh": a migration that is no SQL.
bool is_flyway_program(std::string_view file);
// Whether the version is digits, and more of them behind dots: what Version compares part by part.
bool is_flyway_version(std::string_view version);

}  // namespace drydock
