// A migration's version: the digits that open its file name, compared as a number of any length, so that
// 9 < 10 and 0001 = 1 whatever the width. The spelling of the file is kept for display and for the record.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace drydock {

class Version {
 public:
  Version() = default;
  // REQUIRES: text consists of one or more ASCII digits.
  explicit Version(std::string_view text);

  // As spelled in the file name, leading zeros included.
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  // The digits without leading zeros ("0" for zero): equal for equal versions, fit for a map's key.
  std::string_view significant() const;

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const;

 private:
  std::string text_;
};

}  // namespace drydock
