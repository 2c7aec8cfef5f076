// A migration's version: what identifies it in its folder and in the history, and what it is ordered by. Digits compare
// as a number of any length, so that 9 < 10 and 0001 = 1 whatever the width; digits parted by dots compare part by part
// (1.9 < 1.10). A format whose order stands in a plan or a journal, and not in the versions, gives each file its place
// there. The spelling of the file is kept for display and for the record.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace drydock {

class Version {
 public:
  Version() = default;
  // REQUIRES: text is not empty.
  explicit Version(std::string_view text);
  // Ordered by its place, from 1 on, among the versions of its folder, which all have one. A version without a place
  // (of a row whose file is gone) stands behind all of them.
  Version(std::string_view text, std::size_t place);

  // As spelled in the file name, leading zeros included.
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool has_place() const { return place_ != 0; }
  // What equal versions have in common, fit for a map's key: digits without leading zeros ("0" for zero), any other
  // text as it is.
  std::string_view significant() const;

  std::strong_ordering operator<=>(const Version& other) const;
  // Whether both name the same version, whatever their places.
  bool operator==(const Version& other) const;

 private:
  std::string text_;
  std::size_t place_ = 0;
};

// The significant part of a version's text, as a part of that text.
std::string_view significant_digits(std::string_view text);

}  // namespace drydock
