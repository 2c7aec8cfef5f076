// goose's folders: <digits>_<name>.sql, in which lines `-- +goose Up` and `-- +goose Down` open the two sections.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class GooseFormat : public Format {
 public:
  std::string_view name() const override { return "goose"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
