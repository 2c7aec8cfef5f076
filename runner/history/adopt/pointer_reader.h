// Tools that keep one number, the current version: that everything below it was applied is inferred, since a version
// that was left out leaves no trace.
#pragma once

#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

class PointerReader : public AdoptReader {
 public:
  ForeignHistory read(Database& database, const ForeignTable& table) const override;
  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& newest) const override;
};

}  // namespace drydock
