// Prisma's folder: one folder for each migration, <14 digits>_<name>/migration.sql, in the order of their names, and
// migration_lock.toml, which says what database they are written for.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class PrismaFormat : public Format {
 public:
  std::string_view name() const override { return "prisma"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::string undo_place(const MigrationFile& migration) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
