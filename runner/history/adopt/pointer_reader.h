// Tools that keep one number, the current version: that everything below it was applied is inferred, since a version
// that was left out leaves no trace.
#pragma once

#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

class PointerReader : public AdoptReader {
 public:
  ForeignHistory read(Database& database, const ForeignTable& table) const override;
  bool points() const override { return true; }
  std::string_view label_column() const override { return "version"; }
  std::vector<std::string> take_out(Database&, const ChecksumContext&, const MigrationFile&) const override {
    return {};
  }
  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& newest) const override;
};

}  // namespace drydock
