// drydock's own format: <digits>_<name>.sql, its undo beside it as <digits>_<name>.undo.sql, and R__<name>.sql.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class NativeFormat : public Format {
 public:
  std::string_view name() const override { return "native"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<MigrationFile> read_squashed(const std::filesystem::path& folder) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
