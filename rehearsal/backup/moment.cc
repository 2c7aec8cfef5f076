#include "rehearsal/backup/moment.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace drydock {

namespace {

// The numbers of "2026-11-25T09:40:00".
std::optional<std::tm> parts_of(std::string_view text) {
  std::tm parts{};
  char between = 0;
  const std::string copy(text.substr(0, 19));
  const int read = std::sscanf(copy.c_str(), "%4d-%2d-%2d%c%2d:%2d:%2d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                               &between, &parts.tm_hour, &parts.tm_min, &parts.tm_sec);
  if (read != 7 || (between != 'T' && between != ' ')) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  parts.tm_isdst = -1;
  return parts;
}

}  // namespace

Moment now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string iso_of(Moment moment) {
  const std::time_t time = moment.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::optional<Moment> moment_of(std::string_view iso) {
  std::optional<std::tm> parts = parts_of(iso);
  if (!parts) return std::nullopt;
  return Moment(std::chrono::seconds(::timegm(&*parts)));
}

std::optional<Moment> moment_of_local(std::string_view text) {
  std::optional<std::tm> parts = parts_of(text);
  if (!parts) return std::nullopt;
  return Moment(std::chrono::seconds(std::mktime(&*parts)));
}

std::string age_text(std::chrono::seconds age) {
  constexpr std::chrono::seconds minute{60}, hour{3600}, day{86400};
  const auto in = [&](std::chrono::seconds unit) { return std::to_string(age / unit); };
  age = std::max(age, std::chrono::seconds(0));
  if (age < 2 * minute) return in(std::chrono::seconds(1)) + " s";
  if (age < 2 * hour) return in(minute) + " min";
  if (age < 2 * day) return in(hour) + " h";
  return in(day) + " days";
}

}  // namespace drydock
