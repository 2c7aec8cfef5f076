// Reads one file of a folder as text that every format can rely on.
#pragma once

#include <functional>
#include <string_view>

#include "runner/migration/migration.h"

namespace drydock {

// Fills in text and text_checksum from the file at `path`. Throws MigrationError, naming `file`, where the file cannot
// be read, is not UTF-8 (with line and offset), or holds a NUL byte. A file whose first line says so becomes a
// baseline, with the version of its header, whatever its name says; throws MigrationError where that header does not
// fit.
void read_text(MigrationFile& file);

// The text of the file at `path`, normalised: what read_text() reads, for a format that has no squashed baselines and
// runs less of the file than all. Throws as it does, naming `file`.
std::string text_of_file(const std::filesystem::path& path, const std::string& file);

// A versioned migration from the file of that name in the folder; its text is still to be set.
MigrationFile file_in(const std::filesystem::path& folder, const std::string& file);
// The bytes of the file at `path`, for sums that a tool keeps of them. Throws as text_of_file() does; normalise_text()
// of them is what that returns.
std::string bytes_of_file(const std::filesystem::path& path, const std::string& file);

// Makes `text` what the migration runs, and hashes it. REQUIRES: it is normalised.
void set_text(MigrationFile& file, std::string text);

// The undo script as a migration of the kind `undo` that can be parsed and run: with the version and the name of the
// migration, and its own file, text and checksum. REQUIRES: migration.undo. Throws as read_text() does.
MigrationFile undo_of(const MigrationFile& migration);

// Whether a line of the file is of that kind: a glance for Format::recognises(). No for what cannot be read.
bool holds_line(const std::filesystem::path& path, const std::function<bool(std::string_view line)>& wanted);

}  // namespace drydock
