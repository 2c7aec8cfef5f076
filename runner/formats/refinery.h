// refinery's folders: V<number>__<name>.sql, and U<number>__<name>.sql, which is a migration too and no undo.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class RefineryFormat : public Format {
 public:
  std::string_view name() const override { return "refinery"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
