// tern's folders: <digits>_<name>.sql, numbered from 1 without a gap, with a line that parts what is made from what
// takes it back.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class TernFormat : public Format {
 public:
  std::string_view name() const override { return "tern"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
