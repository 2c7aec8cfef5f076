// node-pg-migrate's folder, as far as it is SQL: <milliseconds, UTC time or number>_<name>.sql, in the order of the
// times, with a part for each direction behind `-- Up Migration` and `-- Down Migration`.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class NodePgMigrateFormat : public Format {
 public:
  std::string_view name() const override { return "node-pg-migrate"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
