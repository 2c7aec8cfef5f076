// sql-migrate's folders: lines `-- +migrate Up` and `-- +migrate Down` open the sections. A migration is known by the
// name of its file, so that two may have the same number.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class SqlMigrateFormat : public Format {
 public:
  std::string_view name() const override { return "sql-migrate"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
