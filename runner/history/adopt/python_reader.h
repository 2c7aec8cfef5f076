// Tools whose migrations are Python: their history cannot be matched with SQL files, so that a folder of those is
// adopted by comparing schemas (`adopt --at`), or the tool is kept and run by `migrate -- COMMAND`.
#pragma once

#include "runner/history/adopt/plain_reader.h"

namespace drydock {

class PythonReader final : public PlainReader {
 public:
  // `command` applies its migrations, `stamp` says how it is told of ones that are applied.
  PythonReader(const PlainTool& tool, std::string command, std::string stamp)
      : PlainReader(tool), command_(std::move(command)), stamp_(std::move(stamp)) {}

  std::string why_not() const override;
  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& newest) const override;

 private:
  std::string command_, stamp_;
};

}  // namespace drydock
