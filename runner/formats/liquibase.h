// Liquibase's formatted SQL: files that hold changesets, each of them one migration, in the order in which a master
// changelog includes the files, or else in that of their names.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class LiquibaseFormat : public Format {
 public:
  std::string_view name() const override { return "liquibase"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
