#include "runner/formats/ordered_versions.h"

#include <algorithm>
#include <unordered_map>

#include "runner/formats/folder_listing.h"
#include "runner/formats/next_version.h"

namespace drydock {

std::string leading_digits(std::string_view name) {
  return std::string(name.substr(0, name.find_first_not_of("0123456789")));
}

std::string name_behind(std::string_view name, std::size_t version_size) {
  const std::string_view behind = name.substr(std::min(version_size, name.size()));
  const std::size_t start = behind.find_first_not_of("_-");
  return std::string(start == std::string_view::npos ? name : behind.substr(start));
}

std::vector<Version> versions_in_order(const std::vector<std::string>& names,
                                       const std::function<std::string(std::string_view)>& short_form) {
  std::unordered_map<std::string, int> count;
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const std::string& name : names) {
    texts.push_back(short_form(name));
    ++count[std::string(significant_digits(texts.back()))];
  }
  std::vector<Version> versions;
  versions.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool alone = !texts[i].empty() && count[std::string(significant_digits(texts[i]))] == 1;
    versions.emplace_back(alone ? texts[i] : names[i]);
  }
  if (std::ranges::is_sorted(versions)) return versions;
  for (std::size_t i = 0; i < versions.size(); ++i) versions[i] = Version(versions[i].text(), i + 1);
  return versions;
}

std::string next_timestamp(const std::vector<MigrationFile>& existing) {
  constexpr std::size_t width = 14;
  std::vector<MigrationFile> latest;
  for (const MigrationFile& file : existing)
    if (file.version.text().size() == width && is_digits(file.version.text()) &&
        (latest.empty() || latest[0].version.text() < file.version.text())) {
      latest.resize(1);
      latest[0].version = Version(file.version.text());
    }
  return next_version(latest, utc_timestamp());
}

}  // namespace drydock
