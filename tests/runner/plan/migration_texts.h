// Migrations and history rows written down shortly, for tables of cases.
//
// A text is a row of letters, one statement each: "ab" is a file with two statements. "|" stands for COMMIT and makes
// the next one another part, an upper-case letter is a VACUUM, which runs alone, "#" is a comment, and "(" COPY without
// data.
//
//   files:    "1:a 2:b|c R__v:x"
//             "^3:1a,2b,3c/x"    a baseline of three migrations, itself the statement x
//   history:  "1:a 2/0:b|c 2/1?:b|c R__v:x"   a part's number after the slash (without one: the only part), then what
//             happened: nothing for applied, ? for started, x for failed; "=repair" at the end: a row of that kind
#pragma once

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string>
#include <vector>

#include "runner/history/history.h"
#include "runner/plan/plan.h"
#include "runner/sql/lexer.h"

namespace drydock::testing {

inline std::string sql_of(const std::string& letters) {
  std::string sql;
  for (char letter : letters) {
    if (letter == '|') {
      sql += "COMMIT;\n";
    } else if (letter == '#') {
      sql += "-- a comment\n";
    } else if (letter == '(') {
      sql += "COPY t FROM stdin;\n";
    } else if (std::isupper(static_cast<unsigned char>(letter))) {
      sql += std::string("VACUUM ") + letter + ";\n";
    } else {
      sql += std::string("SELECT '") + letter + "';\n";
    }
  }
  return sql;
}

inline MigrationFile file_of(const std::string& id, const std::string& text) {
  MigrationFile file;
  if (id.starts_with("R__")) {
    file.kind = MigrationKind::repeatable;
    file.name = id.substr(3);
    file.file = id + ".sql";
  } else {
    file.version = Version(id);
    file.name = "m" + std::string(file.version.significant());
    file.file = id + "_" + file.name + ".sql";
  }
  file.text = text;
  file.text_checksum = sha256(text);
  return file;
}

// What stands behind "^": "3:1a,2b,3c/x".
inline MigrationFile baseline_of(const std::string& specification) {
  const std::size_t colon = specification.find(':'), slash = specification.find('/');
  BaselineHeader header;
  header.through = Version(specification.substr(0, colon));
  header.schema_hash = header.data_hash = sha256("");
  std::istringstream list(specification.substr(colon + 1, slash - colon - 1));
  for (std::string item; std::getline(list, item, ',');) {
    const std::string version = item.substr(0, item.find_first_not_of("0123456789"));
    const std::string text = sql_of(item.substr(version.size()));
    header.replaces.push_back({.version = Version(version),
                               .checksum = sha256(significant_text(text, Dialect::postgres)),
                               .name = "m" + std::string(Version(version).significant())});
  }
  MigrationFile file = file_of(header.through.text(), compose(header) + sql_of(specification.substr(slash + 1)));
  file.kind = MigrationKind::baseline;
  file.name = "baseline";
  file.file = header.through.text() + "_baseline.sql";
  file.baseline = read_baseline_header(file.text);
  return file;
}

inline std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

inline std::vector<MigrationFile> files_of(const std::string& specification) {
  std::vector<MigrationFile> files;
  for (const std::string& word : words_of(specification)) {
    const std::size_t colon = word.find(':');
    if (word.starts_with('^')) {
      files.push_back(baseline_of(word.substr(1)));
      continue;
    }
    files.push_back(file_of(word.substr(0, colon), sql_of(word.substr(colon + 1))));
  }
  return files;
}

inline HistoryRow row_of(const std::string& word, Dialect dialect) {
  HistoryRow row;
  std::string head = word.substr(0, word.find(':')), letters = word.substr(word.find(':') + 1);
  if (const std::size_t kind = letters.find('='); kind != std::string::npos) {
    row.kind = letters.substr(kind + 1);
    letters.erase(kind);
  }
  if (head.back() == '?' || head.back() == 'x') {
    row.state = head.back() == '?' ? HistoryRow::State::started : HistoryRow::State::failed;
    head.pop_back();
  }
  if (const std::size_t slash = head.find('/'); slash != std::string::npos) {
    row.part = std::stoi(head.substr(slash + 1));
    head.erase(slash);
  }
  const bool is_baseline = word.starts_with('^');
  if (is_baseline) head.erase(0, 1);
  const Migration migration =
      parse_migration(is_baseline ? baseline_of(head + ":" + letters) : file_of(head, sql_of(letters)), dialect);
  if (is_baseline) {
    row.kind = "baseline";
    row.replaces = migration.source.baseline->replaces;
  }
  const std::vector<Part> parts = cut_into_parts(migration, dialect);
  const auto part = static_cast<std::size_t>(row.part);
  row.id = head;
  row.name = migration.source.name;
  row.checksum = migration.checksum;
  row.last = part + 1 == parts.size();
  row.part_checksum = part < parts.size() ? parts[part].checksum : "";
  if (row.kind == "migration" && migration.source.kind == MigrationKind::repeatable) row.kind = "repeatable";
  return row;
}

// Attempts are counted as apply() counts them; the time of a row is its place.
inline std::vector<HistoryRow> history_of(const std::string& specification, Dialect dialect) {
  std::vector<HistoryRow> rows;
  for (const std::string& word : words_of(specification)) {
    HistoryRow row = row_of(word, dialect);
    row.attempt = 1 + static_cast<int>(std::count_if(rows.begin(), rows.end(), [&](const HistoryRow& other) {
                    return other.id == row.id && other.part == row.part;
                  }));
    row.applied_at = "time " + std::to_string(rows.size() + 1);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace drydock::testing
