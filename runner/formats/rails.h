// What Rails keeps of a database as SQL: db/structure.sql, a dump that ends with the versions it stands for. It is a
// baseline; the migrations themselves are Ruby and cannot be run here. The folder is db, or db/migrate.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class RailsFormat : public Format {
 public:
  std::string_view name() const override { return "rails"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  // Throws MigrationError: Rails makes its own.
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
