// Flyway's folders: V<version>__<description>.sql, its undo U<version>__..., R__<description>.sql and the baseline
// B<version>__..., in folders as deep as one likes, each with options beside it in <file>.conf.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class FlywayFormat : public Format {
 public:
  std::string_view name() const override { return "flyway"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
