// In which order Liquibase reads its files: what a master changelog includes, in XML or YAML, or all files of the
// folder by name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/formats/folder_listing.h"

namespace drydock {

struct ChangelogFile {
  std::filesystem::path path;
  std::string file;  // below the folder, for messages
};

// The master changelog of the folder: the one file in XML or YAML that lies in it and is a changelog, or, of several,
// the one whose name says master or root. nullopt where there is none. Throws MigrationError where it can't be told.
std::optional<ChangelogFile> find_master_changelog(const Folder& folder);

// The files in SQL, in order. Throws MigrationError for a changelog that holds more than properties and includes, for
// an include that is not there, and for changelogs that include each other.
std::vector<ChangelogFile> list_changelog_files(const Folder& folder);

// Whether the first line is `--liquibase formatted sql`.
bool is_formatted_sql(std::string_view text);

}  // namespace drydock
