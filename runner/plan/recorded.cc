#include "runner/plan/recorded.h"

#include <algorithm>
#include <array>

#include "runner/migration/migration.h"

namespace drydock {
namespace {

constexpr std::string_view repair = "repair", undo = "undo";
constexpr std::array<std::string_view, 5> kinds_of_runs{"migration", "repeatable", "baseline", undo, repair};

bool is_applied(const HistoryRow* row) { return row && row->state == HistoryRow::State::applied; }

std::size_t part_of(const HistoryRow& row) { return static_cast<std::size_t>(std::max(row.part, 0)); }

void note_attempt(Recorded& recorded, const HistoryRow& row) {
  const std::size_t part = part_of(row);
  if (recorded.attempts.size() <= part) recorded.attempts.resize(part + 1);
  recorded.attempts[part] = std::max(recorded.attempts[part], row.attempt);
}

void add_undo(Recorded& recorded, const HistoryRow& row) {
  recorded.undo.put(row);
  if (!recorded.undo.complete()) return;
  recorded.newest_applied = recorded.run = nullptr;
  recorded.parts = recorded.undo = {};
}

// A repair is of the part whose outcome is not known, where there is one; otherwise it says that the version is
// applied, whatever of its undo had been done.
bool is_of_undo(const Recorded& recorded, const HistoryRow& row) {
  if (row.kind == repair) return recorded.undo.unknown().has_value();
  return row.kind == undo;
}

void add(Recorded& recorded, const HistoryRow& row) {
  recorded.newest = &row;
  note_attempt(recorded, row);
  if (is_of_undo(recorded, row)) return add_undo(recorded, row);
  recorded.undo = {};
  if (row.state == HistoryRow::State::applied) {
    recorded.newest_applied = &row;
    if (row.kind != repair) recorded.run = &row;
  }
  recorded.parts.put(row);
}

template <typename Found>
const Found* find(const std::unordered_map<std::string_view, Found>& all, std::string_view key) {
  const auto found = all.find(key);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace

bool RecordedParts::complete() const {
  return std::ranges::any_of(rows, [](const HistoryRow* row) { return is_applied(row) && row->last; });
}

std::size_t RecordedParts::applied() const {
  return static_cast<std::size_t>(std::ranges::find_if_not(rows, is_applied) - rows.begin());
}

std::optional<int> RecordedParts::unknown() const {
  for (const HistoryRow* row : rows) {
    if (row && row->state == HistoryRow::State::started) return row->part;
  }
  return std::nullopt;
}

void RecordedParts::put(const HistoryRow& row) {
  const std::size_t part = part_of(row);
  if (rows.size() <= part) rows.resize(part + 1);
  rows[part] = &row;
}

int Recorded::next_attempt(std::size_t from_part) const {
  int highest = 0;
  for (std::size_t part = from_part; part < attempts.size(); ++part) highest = std::max(highest, attempts[part]);
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
