// sqlx's folders: <digits>_<name>.sql, or .up.sql and .down.sql; `-- no-transaction` opens a file that has none.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class SqlxFormat : public Format {
 public:
  std::string_view name() const override { return "sqlx"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
