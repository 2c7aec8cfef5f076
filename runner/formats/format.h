// How a folder of migrations lies on disk: one Format per convention, listed in all_formats.cc. A format finds and
// names the files; it does not parse their SQL.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

class Format {
 public:
  virtual ~Format() = default;
  virtual std::string_view name() const = 0;  // "native"
  // Whether the folder looks like one of this format.
  virtual bool recognises(const std::filesystem::path& folder) const = 0;
  // The folder's migrations: versioned ones in the order of their versions, then repeatable ones by name.
  // Throws MigrationError (exit 2) for a folder that cannot be read, a file that is not UTF-8 (with the offset's line),
  // two files of one version, and a file whose name does not fit.
  // A baseline is one by its first line, and has the version of its header. Two baselines of which neither replaces the
  // other are an error.
  virtual std::vector<MigrationFile> read(const std::filesystem::path& folder) const = 0;
  // What baselines have replaced: the files in `squashed` below the folder, earlier baselines among them, in the same
  // order; their `file` is "squashed/...". Empty where there is no such folder. Throws MigrationError as read() does.
  virtual std::vector<MigrationFile> read_squashed(const std::filesystem::path& folder) const = 0;
  // The file name of the next migration after `existing`, in the width of those there are ("0005_add_index.sql").
  virtual std::string next_file_name(const std::vector<MigrationFile>& existing, std::string_view name) const = 0;
};

const std::vector<std::unique_ptr<Format>>& all_formats();

// The format of that name, or, where the name is empty, the one that recognises the folder; native where none does.
// nullptr for an unknown name.
const Format* find_format(std::string_view name, const std::filesystem::path& folder);

}  // namespace drydock
