// Diesel's folder: one folder for each migration, <version>_<name>, with up.sql, and beside it down.sql and
// metadata.toml where they are wanted. A version is what stands before the first underscore, without its dashes.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class DieselFormat : public Format {
 public:
  std::string_view name() const override { return "diesel"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
