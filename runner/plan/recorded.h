// What the history says of each version: its rows, gathered by id. Of several rows of one part the newest counts, which
// is how a `repair` replaces what it corrects without rewriting anything. An undo that came to its end leaves nothing
// of the rows before it that would count, but their attempts: the version is as if it had never been applied.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/history/history.h"

namespace drydock {

// The newest row of each part of one script, nullptr where there is none. Points into the rows that it was gathered
// from.
struct RecordedParts {
  std::vector<const HistoryRow*> rows;

  // The whole script is applied: its last part is.
  bool complete() const;
  // How many parts, from the first on, are applied without a gap.
  std::size_t applied() const;
  // A part that was started and whose outcome nobody recorded.
  std::optional<int> unknown() const;
  void put(const HistoryRow& row);
};

// Points into the rows that it was gathered from.
struct Recorded {
  const HistoryRow* newest = nullptr;          // of any part and state, an undo's too
  const HistoryRow* newest_applied = nullptr;  // its checksum is the one that counts; nullptr where nothing stands
  const HistoryRow* run = nullptr;             // the newest applied row that is no repair, where there is one
  RecordedParts parts;
  RecordedParts undo;         // of an undo that has not come to its end
  std::vector<int> attempts;  // the highest of each part, of whatever has become of it

  // The whole migration is applied, and no undo of it has begun.
  bool complete() const { return parts.complete() && !undo_begun(); }
  // How many parts, from the first on, are applied without a gap.
  std::size_t applied_parts() const { return parts.applied(); }
  // Something of its undo stands, or may stand.
  bool undo_begun() const { return undo.applied() > 0 || undo.unknown(); }
  // Of the script that has not come to its end: the undo, where one has begun.
  const RecordedParts& open_parts() const { return undo_begun() ? undo : parts; }
  // A part of it that was started and whose outcome nobody recorded.
  std::optional<int> unknown_part() const { return open_parts().unknown(); }
  // An attempt that no row from this part on has.
  int next_attempt(std::size_t from_part) const;
};

// By the significant digits of a version, or the whole id of a repeatable migration: 1 and 0001 are one version.
using RecordedById = std::unordered_map<std::string_view, Recorded>;

// A version that counts as applied because an applied baseline stands for it.
struct ReplacedRecord {
  const ReplacedVersion* version = nullptr;
  const Recorded* baseline = nullptr;
};

// A baseline has the version of the last migration that it replaces, so that both may be recorded under one id: the
// rows that keep replaced versions are the baseline's.
struct RecordedHistory {
  RecordedById migrations;
  RecordedById baselines;
  std::unordered_map<std::string_view, ReplacedRecord> replaced;

  // nullptr where there is none.
  const Recorded* migration(std::string_view key) const;
  const Recorded* baseline(std::string_view key) const;
  const ReplacedRecord* replacement(std::string_view key) const;
  // An attempt that no row of that id has from this part on, whosever it is.
  int next_attempt(std::string_view key, std::size_t from_part) const;
};

std::string_view recorded_key(std::string_view id);
// Whether it names a version, and no repeatable migration.
bool is_version(std::string_view id);

// REQUIRES: rows are in the order of insertion, and outlive the result. Rows of kinds that say nothing about what is
// applied are passed over.
RecordedHistory gather(const std::vector<HistoryRow>& rows);

}  // namespace drydock
