#include "runner/formats/atlas_sum.h"

#include "runner/formats/atlas.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

constexpr std::string_view sum_prefix = "h1:";
const std::string& sum_file() {
  static const std::string name(atlas_sum_file);
  return name;
}

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw MigrationError(file, 0, why + ": if it is meant, `atlas migrate hash` writes the sums anew");
}

std::string sum_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  RunningSha256 sum;
  for (const auto& [name, hash] : entries) {
    sum.add(name);
    sum.add(hash);
  }
  return sum.base64();
}

}  // namespace

AtlasSum::AtlasSum(const std::filesystem::path& folder) {
  if (!is_file(folder / atlas_sum_file))
    throw MigrationError(folder.string(), 0, "holds no atlas.sum: `atlas migrate hash` writes it");
  const std::string text = text_of_file(folder / atlas_sum_file, sum_file());
  LineReader lines(text);
  std::string whole;
  while (const std::optional<Line> line = lines.next()) {
    const std::size_t at = line->text.find(sum_prefix);
    if (at == std::string_view::npos) throw MigrationError(sum_file(), line->number, "is no line `FILE h1:SUM`");
    const std::string sum(trimmed(line->text.substr(at + sum_prefix.size())));
    if (line->number == 1)
      whole = sum;
    else
      expected_.emplace_back(trimmed(line->text.substr(0, at)), sum);
  }
  if (whole != sum_of(expected_)) refuse(sum_file(), "its first line is not the sum of the others");
}

std::string AtlasSum::check(const std::string& file, std::string_view bytes) {
  running_.add(file);
  if (is_left_out_of_the_sum(bytes)) return {};
  running_.add(bytes);
  if (next_ == expected_.size()) refuse(file, "is not in atlas.sum");
  const auto& [name, sum] = expected_[next_++];
  if (name < file) refuse(name, "is in atlas.sum and not in the folder");
  if (name != file) refuse(file, "is not in atlas.sum");
  if (sum != running_.base64()) refuse(file, "is not the file that was summed in atlas.sum");
  return sum;
}

void AtlasSum::check_end() const {
  if (next_ < expected_.size()) refuse(expected_[next_].first, "is in atlas.sum and not in the folder");
}

}  // namespace drydock
