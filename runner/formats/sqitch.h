// A Sqitch project: the changes of its plan, in its order, with deploy and revert scripts. What is written for psql or
// the sqlite3 shell and sets nothing but how they print is left out; any other of their commands is an error.
#pragma once

#include <vector>

#include "runner/formats/format.h"

namespace drydock {

class SqitchFormat : public Format {
 public:
  std::string_view name() const override { return "sqitch"; }
  bool recognises(const Folder& folder) const override;
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
