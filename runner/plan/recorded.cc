#include "runner/plan/recorded.h"

#include <algorithm>
#include <array>

#include "runner/migration/migration.h"

namespace drydock {
namespace {

constexpr std::string_view repair = "repair";
constexpr std::array<std::string_view, 4> kinds_of_runs{"migration", "repeatable", "baseline", repair};

bool is_applied(const HistoryRow* row) { return row && row->state == HistoryRow::State::applied; }

void add(Recorded& recorded, const HistoryRow& row) {
  recorded.newest = &row;
  if (row.state == HistoryRow::State::applied) {
    recorded.newest_applied = &row;
    if (row.kind != repair) recorded.run = &row;
  }
  const auto part = static_cast<std::size_t>(std::max(row.part, 0));
  if (recorded.parts.size() <= part) recorded.parts.resize(part + 1);
  recorded.parts[part] = &row;
}

template <typename Found>
const Found* find(const std::unordered_map<std::string_view, Found>& all, std::string_view key) {
  const auto found = all.find(key);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace

bool Recorded::complete() const {
  return std::any_of(parts.begin(), parts.end(), [](const HistoryRow* row) { return is_applied(row) && row->last; });
}

std::size_t Recorded::applied_parts() const {
  return static_cast<std::size_t>(std::find_if_not(parts.begin(), parts.end(), is_applied) - parts.begin());
}

std::optional<int> Recorded::unknown_part() const {
  for (const HistoryRow* row : parts) {
    if (row && row->state == HistoryRow::State::started) return row->part;
  }
  return std::nullopt;
}

int Recorded::next_attempt(std::size_t from_part) const {
  int highest = 0;
  for (std::size_t part = from_part; part < parts.size(); ++part) {
    if (parts[part]) highest = std::max(highest, parts[part]->attempt);
  }
  return highest + 1;
}

bool is_version(std::string_view id) { return !id.empty() && !id.starts_with(repeatable_prefix); }

std::string_view recorded_key(std::string_view id) { return significant_digits(id); }

const Recorded* RecordedHistory::migration(std::string_view key) const { return find(migrations, key); }

const Recorded* RecordedHistory::baseline(std::string_view key) const { return find(baselines, key); }

const ReplacedRecord* RecordedHistory::replacement(std::string_view key) const { return find(replaced, key); }

int RecordedHistory::next_attempt(std::string_view key, std::size_t from_part) const {
  int next = 1;
  for (const Recorded* recorded : {migration(key), baseline(key)})
    if (recorded) next = std::max(next, recorded->next_attempt(from_part));
  return next;
}

RecordedHistory gather(const std::vector<HistoryRow>& rows) {
  RecordedHistory result;
  result.migrations.reserve(rows.size());
  for (const HistoryRow& row : rows) {
    if (std::find(kinds_of_runs.begin(), kinds_of_runs.end(), row.kind) == kinds_of_runs.end()) continue;
    add((row.replaces.empty() ? result.migrations : result.baselines)[recorded_key(row.id)], row);
  }
  for (const auto& [key, baseline] : result.baselines) {
    if (!baseline.complete()) continue;
    for (const ReplacedVersion& version : baseline.newest_applied->replaces)
      result.replaced[version.version.significant()] = {.version = &version, .baseline = &baseline};
  }
  return result;
}

}  // namespace drydock
