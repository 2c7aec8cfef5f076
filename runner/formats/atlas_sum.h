// atlas.sum: what Atlas keeps of the files of its folder, so that a file which was changed, added or taken away behind
// its back is noticed. The sum of a file is that of the names and bytes of all files up to it.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "runner/formats/digest.h"

namespace drydock {

class AtlasSum {
 public:
  // Reads atlas.sum of the folder. Throws MigrationError where it is not there or cannot be read.
  explicit AtlasSum(const std::filesystem::path& folder);

  // The next file, in the order of the names: its sum, "" where it is left out. Throws MigrationError where it is not
  // what was summed.
  std::string check(const std::string& file, std::string_view bytes);
  // Behind the last file. Throws MigrationError where a summed file is not there.
  void check_end() const;

 private:
  std::vector<std::pair<std::string, std::string>> expected_;  // name, sum
  std::size_t next_ = 0;
  RunningSha256 running_;
};

}  // namespace drydock
