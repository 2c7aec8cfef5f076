// dbmate's folders: <digits>_<name>.sql, in which lines `-- migrate:up` and `-- migrate:down` open the sections. They
// are ordered by their names.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class DbmateFormat : public Format {
 public:
  std::string_view name() const override { return "dbmate"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
