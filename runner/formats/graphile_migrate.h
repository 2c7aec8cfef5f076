// graphile-migrate's folder: committed/<number>[-<name>].sql, each with the hash of the one before it and its own in
// its header. The folder is the one that holds `committed`, or that one. current.sql, which a developer is still at, is
// not a migration.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class GraphileMigrateFormat : public Format {
 public:
  std::string_view name() const override { return "graphile-migrate"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<std::string> remarks(const std::filesystem::path& folder) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
