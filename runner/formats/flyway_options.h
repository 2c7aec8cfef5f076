// The options of one of Flyway's files, which stand beside it in <file>.conf.
#pragma once

#include <filesystem>
#include <string>

namespace drydock {

struct FlywayOptions {
  bool transaction = true;   // executeInTransaction
  bool placeholders = true;  // placeholderReplacement
};

// Throws MigrationError, with the line, for an option that is not known or that is not honoured: another encoding than
// UTF-8, a condition in shouldExecute.
FlywayOptions read_flyway_options(const std::filesystem::path& path, const std::string& file);

}  // namespace drydock
