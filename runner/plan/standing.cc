#include "runner/plan/standing.h"

#include <algorithm>
#include <unordered_set>

#include "runner/sql/lexer.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

using State = VersionState::State;

enum class Difference { none, text_only, tokens };

// "" for a text that was changed into one that cannot be read: it is another one in any case.
std::string token_checksum(const MigrationFile& file, Dialect dialect) try {
  return sha256(significant_text(file.text, dialect));
} catch (const SqlTextError&) {
  return {};
}

// Nothing is hashed where the texts agree, which is the case for nearly every file of every run.
Difference difference(const Checksum& recorded, const MigrationFile& file, Dialect dialect) {
  if (recorded.text == file.text_checksum) return Difference::none;
  // A history that was adopted from another tool may know no checksum that could be compared.
  if (recorded.text.empty() && recorded.tokens.empty()) return Difference::none;
  return recorded.tokens == token_checksum(file, dialect) ? Difference::text_only : Difference::tokens;
}

bool anything_applied(const Recorded& recorded) { return recorded.newest_applied && recorded.applied_parts() > 0; }

Standing versioned(const MigrationFile& file, const Recorded* recorded, const Version& highest, Dialect dialect) {
  Standing standing{.state = State::pending, .file = &file, .recorded = recorded};
  if (recorded && recorded->complete()) {
    const Difference found = difference(recorded->newest_applied->checksum, file, dialect);
    standing.state = found == Difference::tokens ? State::changed : State::applied;
    standing.text_only_changed = found == Difference::text_only;
  } else if (recorded && (anything_applied(*recorded) || recorded->unknown_part())) {
    standing.state = State::failed;
  } else if (!highest.empty() && file.version < highest) {
    standing.state = State::out_of_order;
  }
  return standing;
}

// A repeatable migration runs from its start again whenever its newest run did not complete, or was of another text.
Standing repeatable(const MigrationFile& file, const Recorded* recorded, Dialect dialect) {
  Standing standing{.state = State::pending, .file = &file, .recorded = recorded};
  if (!recorded) return standing;
  if (recorded->unknown_part()) {
    standing.state = State::failed;
  } else if (recorded->newest == recorded->newest_applied && recorded->newest->last) {
    const Difference found = difference(recorded->newest->checksum, file, dialect);
    if (found != Difference::tokens) standing.state = State::applied;
    standing.text_only_changed = found == Difference::text_only;
  }
  return standing;
}

const Recorded* find(const RecordedById& recorded, std::string_view key) {
  const auto found = recorded.find(key);
  return found == recorded.end() ? nullptr : &found->second;
}

// What is recorded and has no file. A version of which nothing stands left nothing behind that could be missed, and
// taking a repeatable migration away is an ordinary change.
std::vector<Standing> without_file(const RecordedById& recorded, const std::unordered_set<const Recorded*>& met) {
  std::vector<Standing> result;
  for (const auto& [key, record] : recorded) {
    if (met.contains(&record) || !(anything_applied(record) || record.unknown_part())) continue;
    result.push_back({.state = is_version(key) ? State::missing : State::applied, .recorded = &record});
  }
  return result;
}

bool stands_before(const Standing& left, const Standing& right) {
  if (left.is_versioned() != right.is_versioned()) return left.is_versioned();
  if (left.is_versioned()) return left.version() < right.version();
  return left.id() < right.id();
}

}  // namespace

std::string Standing::id() const { return file ? id_of(*file) : recorded->newest->id; }

const std::string& Standing::name() const { return file ? file->name : recorded->newest->name; }

Version Standing::version() const { return file ? file->version : Version(recorded->newest->id); }

bool Standing::is_versioned() const {
  return file ? file->kind == MigrationKind::versioned : is_version(recorded->newest->id);
}

Version highest_applied(const RecordedById& recorded) {
  Version highest;
  for (const auto& [key, record] : recorded) {
    if (!is_version(key) || !anything_applied(record)) continue;
    Version version(record.newest->id);
    if (highest.empty() || highest < version) highest = std::move(version);
  }
  return highest;
}

std::vector<Standing> stand(const std::vector<MigrationFile>& files, const RecordedById& recorded, Dialect dialect) {
  const Version highest = highest_applied(recorded);
  std::vector<Standing> result;
  std::unordered_set<const Recorded*> met;
  for (const MigrationFile& file : files) {
    const bool is_versioned = file.kind == MigrationKind::versioned;
    const Recorded* record = is_versioned ? find(recorded, file.version.significant()) : find(recorded, id_of(file));
    if (record) met.insert(record);
    result.push_back(is_versioned ? versioned(file, record, highest, dialect) : repeatable(file, record, dialect));
  }
  if (met.size() == recorded.size()) return result;

  std::vector<Standing> rest = without_file(recorded, met);
  std::sort(rest.begin(), rest.end(), stands_before);
  std::vector<Standing> merged;
  std::merge(result.begin(), result.end(), rest.begin(), rest.end(), std::back_inserter(merged), stands_before);
  return merged;
}

}  // namespace drydock
