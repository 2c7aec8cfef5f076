// How a folder of migrations lies on disk: one Format per convention, listed in all_formats.cc. A format finds and
// names the files, and turns what its tool writes in words of its own (sections, annotations, options, placeholders)
// into the members of MigrationFile; it does not parse their SQL. What it cannot honour it refuses: nothing is skipped
// in silence.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

class Folder;

// What a format may need to know besides the folder.
struct FormatContext {
  Dialect dialect = Dialect::postgres;              // of the target: some formats hold statements for one of them
  std::map<std::string, std::string> placeholders;  // ${name}, where the format has them
  // The value of an environment variable, where the format reads some; nullopt where it is not set.
  std::function<std::optional<std::string>(const std::string&)> variable;
};

// A file that `drydock new` makes, or the lines that it adds to a plan.
struct NewFile {
  enum class Writing { whole, append };
  std::string file;  // below the folder
  std::string text;
  Writing writing = Writing::whole;
};

class Format {
 public:
  virtual ~Format() = default;
  virtual std::string_view name() const = 0;  // "native"
  // Whether the folder looks like one of this format.
  virtual bool recognises(const Folder& folder) const = 0;
  // The folder's migrations: versioned ones in the order of their versions, then repeatable ones by name.
  // Throws MigrationError (exit 2) for a folder that cannot be read, a file that is not UTF-8 (with the offset's line),
  // two files of one version, and a file whose name does not fit.
  // A squashed baseline is one by its first line, and has the version of its header. Two baselines of which neither
  // replaces the other are an error.
  virtual std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const = 0;
  // What baselines have replaced: the files in `squashed` below the folder, earlier baselines among them, in the same
  // order; their `file` is "squashed/...". Empty where there is no such folder, and for a format that drydock does not
  // squash. Throws MigrationError as read() does.
  virtual std::vector<MigrationFile> read_squashed(const std::filesystem::path& folder) const;
  // Where the undo of a migration that has none is to be written, in a person's words.
  virtual std::string undo_place(const MigrationFile& migration) const {
    return "its undo section in " + migration.file;
  }
  // What lies in the folder and is not run, though somebody may expect it: sentences for whoever migrates.
  virtual std::vector<std::string> remarks(const std::filesystem::path& folder) const;
  // The files of the next migration after `existing`, in the width of those there are ("0005_add_index.sql"). `name` is
  // what the migration does, in a person's words. Throws MigrationError where it holds no letter or digit.
  virtual std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const = 0;
};

const std::vector<std::unique_ptr<Format>>& all_formats();

// The format of that name, or, where the name is empty, the one that recognises the folder; native where none does.
// nullptr for an unknown name.
const Format* find_format(std::string_view name, const Folder& folder);

}  // namespace drydock
