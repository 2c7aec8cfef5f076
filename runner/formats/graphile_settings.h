// What graphile-migrate's .gmrc gives to every migration: texts that stand for placeholders, and settings of the
// session.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/formats/format.h"

namespace drydock {

struct GraphileSettings {
  using Placeholders = std::map<std::string, std::string>;  // with their colons

  Placeholders placeholders;
  std::map<std::string, std::string> session;  // pgSettings

  // The body of a migration with its placeholders filled in, and with the settings in front of its first statement, on
  // that statement's line: what stands above it, directives too, stays above it.
  std::string apply_to(std::string body) const;
};

// From .gmrc beside and above the folder of the committed files, the environment and drydock.toml; the last one counts.
// Throws MigrationError where a file cannot be read.
GraphileSettings read_graphile_settings(const std::filesystem::path& committed, const FormatContext& context);

// Says so where the settings are a program, which is not run.
std::vector<std::string> graphile_settings_remarks(const std::filesystem::path& committed);

}  // namespace drydock
