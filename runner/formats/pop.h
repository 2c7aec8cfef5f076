// The folder of Pop, as Ory's services use it: <digits>_<name>[.<dialect>][.autocommit].up.sql. Of a version the file
// of the target's own dialect runs, or else the one without a dialect.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class PopFormat : public Format {
 public:
  std::string_view name() const override { return "pop"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
