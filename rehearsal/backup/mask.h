// What makes a restored backup fit to leave production: a file of SQL that overwrites what must not be seen elsewhere,
// run on the private copy, before a single row of it goes anywhere.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>

#include "runner/database/database.h"

namespace drydock {

// The file cannot be read as a mask, or one of its statements failed. what() names the file and the line, and holds no
// value.
struct MaskRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Runs the file's statements in one transaction: all of them or none. Returns how many there were. Throws MaskRefused,
// Interrupted. REQUIRES: the database is a restored copy that nobody else can reach.
std::size_t mask(Database& copy, const std::filesystem::path& file);

}  // namespace drydock
