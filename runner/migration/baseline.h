// The header of a squashed baseline: the comment lines that open a file which stands for a range of migrations.
//
//   -- drydock:squash through=0042 migrations=42 schema=sha256:... data=sha256:...
//   -- drydock:replaces 0001 sha256:... create_users
//   ...                                                    one for each version, in order, the last one `through`
//   -- drydock:proved-on PostgreSQL 15.18                  optional
//   -- drydock:upgrade-hint "TEXT"                         optional; a double quote in it is written twice
//
// A file is a baseline by its first line, never by its name. The checksum of a replaced version is that of its tokens
// (Checksum::tokens), so that a database which recorded the same statements in another layout is no conflict; a sum of
// its text is understood too (docs/decisions/0007-baselines.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/migration/checksum.h"
#include "runner/migration/version.h"

namespace drydock {

struct ReplacedVersion {
  Version version;
  std::string checksum;  // "sha256:..."
  std::string name;      // "create_users"
  bool operator==(const ReplacedVersion&) const = default;

  // Whether what was recorded, or what lies in a folder, is what was replaced. A history that was adopted from another
  // tool may know no checksum; nothing can be held against that.
  bool agrees_with(const Checksum& other) const;
  // "0001_create_users"
  std::string label() const;
};

struct BaselineHeader {
  Version through;
  std::string schema_hash, data_hash;     // Snapshot::schema_hash() and data_hash()
  std::vector<ReplacedVersion> replaces;  // in the order of the versions; those inside an earlier baseline included
  std::string proved_on;                  // "PostgreSQL 15.18"; empty: not said
  std::string upgrade_hint;               // what a database that lags behind is told; empty: nothing
  bool operator==(const BaselineHeader&) const = default;

  // nullptr where that version is not replaced.
  const ReplacedVersion* find(const Version& version) const;
  // Whether it stands for everything that the other one stands for.
  bool replaces_all_of(const BaselineHeader& other) const;
};

// By the first line alone. REQUIRES: text is normalised.
bool is_baseline(std::string_view text);

// The header of a baseline; nullopt for any other file. Throws SqlTextError (runner/sql/splitter.h) with the line for
// counts that do not fit, a `through` that is not the last version, a version twice or out of order, a malformed
// checksum, a field or line that is missing or unknown. REQUIRES: text is normalised.
std::optional<BaselineHeader> read_baseline_header(std::string_view text);

// Whether `word` is one of the header's directives, and the number of lines in which they may stand: blank lines and
// line comments from the first line on.
bool is_baseline_word(std::string_view word);
int baseline_header_lines(std::string_view text);

// The lines, each with its newline: what read_baseline_header() reads back.
// REQUIRES: replaces is in order and ends with `through`; names, proved_on and upgrade_hint hold no line break.
std::string compose(const BaselineHeader& header);

// The replaced versions as the history keeps them: one line each, "0001 sha256:... create_users". Empty for an empty
// text. Throws std::runtime_error where a line cannot be read.
std::string compose_replaced(const std::vector<ReplacedVersion>& replaced);
std::vector<ReplacedVersion> read_replaced(std::string_view text);

}  // namespace drydock
