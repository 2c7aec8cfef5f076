// Atlas' folder: <version>[_<name>].sql in the order of the names' bytes, and atlas.sum. Directives stand in the
// comment that opens a file and is parted from the rest by an empty line: `-- atlas:txmode none`, `-- atlas:delimiter
// MARK`,
// `-- atlas:checkpoint`. A checkpoint stands for the files before it and is what an empty database is made from: a
// baseline, whose originals still lie beside it.
#pragma once

#include <string_view>
#include <vector>

#include "runner/formats/format.h"

namespace drydock {

constexpr std::string_view atlas_sum_file = "atlas.sum";

// Whether a file's first line is the directive that keeps it out of atlas.sum.
bool is_left_out_of_the_sum(std::string_view text);

class AtlasFormat : public Format {
 public:
  std::string_view name() const override { return "atlas"; }
  bool recognises(const Folder& folder) const override;
  // From the newest checkpoint on, where there is one.
  std::vector<MigrationFile> read(const Folder& folder, const FormatContext& context) const override;
  // What the newest checkpoint stands for.
  std::vector<MigrationFile> read_squashed(const std::filesystem::path& folder) const override;
  std::vector<NewFile> next_files(const std::vector<MigrationFile>& existing, std::string_view name) const override;
};

}  // namespace drydock
