// golang-migrate's folders: <digits>_<name>.up.sql and .down.sql. The numbers need no common width.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class GolangMigrateFormat : public Format {
 public:
  std::string_view name() const override { return "golang-migrate"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
