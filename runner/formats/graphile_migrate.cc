#include "runner/formats/graphile_migrate.h"

#include <algorithm>

#include "runner/formats/digest.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/graphile_settings.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"
#include "runner/formats/sections.h"
#include "runner/sql/lexer.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view committed_folder = "committed";
constexpr std::string_view ending = ".sql";

bool fits(std::string_view file) {
  const std::size_t digits = leading_digits(file).size();
  if (digits == 0 || !file.ends_with(ending)) return false;
  const std::string_view rest = file.substr(digits, file.size() - digits - ending.size());
  return rest.empty() || rest.starts_with('-');
}

// What the header says, and where what runs begins.
struct Header {
  std::string previous, hash;  // empty: none
  bool allows_invalid_hash = false;
  std::size_t body = 0;  // offset behind the empty line
  int body_line = 1;
};

Header header_of(std::string_view text, const std::string& file) {
  Header header;
  LineReader lines(text);
  std::optional<Line> line = lines.next();
  for (; line && line->text.starts_with("--! "); line = lines.next()) {
    const std::string_view entry = line->text.substr(4);
    const std::string_view key = entry.substr(0, entry.find(':'));
    const std::string value(trimmed(entry.substr(std::min(key.size() + 1, entry.size()))));
    if (key == "Previous" && value != "-") header.previous = value;
    if (key == "Hash") header.hash = value;
    if (trimmed(key) == "AllowInvalidHash") header.allows_invalid_hash = true;
    header.body += line->text.size() + 1;
  }
  if (header.hash.empty()) throw MigrationError(file, 1, "has no line `--! Hash: sha1:...` in its header");
  if (!line || !line->text.empty())
    throw MigrationError(file, line ? line->number : 1, "an empty line is missing behind the header");
  header.body += 1;
  header.body_line = line->number + 1;
  return header;
}

std::string_view trimmed_text(std::string_view text) {
  constexpr std::string_view space = " \t\n\v\f\r";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

std::string hash_of(std::string_view previous, std::string_view body) {
  const std::string text = std::string(previous) + "\n" + std::string(body);
  return "sha1:" + sha1_hex(std::string(trimmed_text(text)) + "\n");
}

void check_hash(const MigrationFile& migration, const Header& header, std::string_view body) {
  if (header.allows_invalid_hash) return;
  // Older versions of the tool kept the blank lines in front of the body.
  for (const std::string_view summed : {trimmed_text(body), body})
    if (hash_of(header.previous, summed) == header.hash) return;
  throw MigrationError(migration.file, 2,
                       "is not what was committed: its hash is " + hash_of(header.previous, trimmed_text(body)) +
                           ". Take the file back as it was committed; a change belongs in a new migration");
}

// Refuses what would run as something else than it says. Gives whether the body opens with the word for no transaction.
bool check_body(const MigrationFile& migration, std::string_view body, const Header& header,
                const GraphileSettings::Placeholders& known) {
  LineReader lines(body);
  bool first = true, transaction_none = false;
  while (const std::optional<Line> line = lines.next()) {
    const int number = header.body_line + line->number - 1;
    if (line->text.starts_with("--!include ") || line->text.starts_with("--! include "))
      throw MigrationError(migration.file, number,
                           "an include is put in when a migration is committed, and this was not");
    for (const char* name : {":DATABASE_NAME", ":DATABASE_OWNER"})
      if (line->text.find(name) != std::string_view::npos && !known.contains(name))
        throw MigrationError(migration.file, number,
                             "holds the placeholder " + std::string(name) + ": set the environment variable " +
                                 std::string(name + 1) + " to its value");
    if (first && line->text.starts_with("--!"))
      transaction_none = trimmed(line->text.substr(3)).starts_with("no-transaction");
    first = first && trimmed(line->text).empty();
  }
  return transaction_none;
}

Folder committed_of(const Folder& folder) {
  std::error_code ignored;
  const fs::path committed = folder.path() / committed_folder;
  return fs::is_directory(committed, ignored) ? Folder(committed) : folder;
}

bool has_a_header(const Folder& folder) {
  const std::optional<std::string> file = folder.any_file(fits);
  if (!file) return false;
  try {
    return text_of_file(folder.path() / *file, *file).starts_with("--! Previous:");
  } catch (const MigrationError&) {
    return false;  // reading the folder says what is wrong with it
  }
}

bool holds_a_statement(const fs::path& file) {
  const std::string text = text_of_file(file, file.filename().string());
  const std::vector<Token> tokens = tokenize(text, Dialect::postgres);
  return std::ranges::any_of(tokens, [](const Token& token) {
    return token.kind != Token::Kind::line_comment && token.kind != Token::Kind::block_comment;
  });
}

// The tool keeps it in one file, or in a folder of files.
bool has_uncommitted_work(const fs::path& folder) {
  if (is_file(folder / "current.sql") && holds_a_statement(folder / "current.sql")) return true;
  std::error_code ignored;
  const fs::path current = folder / "current";
  if (!fs::is_directory(current, ignored)) return false;
  return std::ranges::any_of(Folder(current).files(),
                             [&](const auto& file) { return holds_a_statement(current / file); });
}

}  // namespace

bool GraphileMigrateFormat::recognises(const Folder& folder) const { return has_a_header(committed_of(folder)); }

std::vector<MigrationFile> GraphileMigrateFormat::read(const Folder& folder, const FormatContext& context) const {
  const Folder committed = committed_of(folder);
  const std::string place = committed.path() == folder.path() ? "" : std::string(committed_folder) + "/";
  const std::vector<std::string> files = committed.files();
  refuse_misfits(committed.path(), files, fits, "<6 digits>.sql");
  const GraphileSettings settings = read_graphile_settings(committed.path(), context);
  std::vector<MigrationFile> migrations(files.size());
  std::string previous;
  for (std::size_t i = 0; i < files.size(); ++i) {
    MigrationFile& migration = migrations[i];
    const std::string digits = leading_digits(files[i]);
    migration.version = Version(digits);
    migration.name = name_behind(files[i].substr(0, files[i].size() - ending.size()), digits.size());
    migration.recorded_as = digits + std::string(ending);
    migration.path = committed.path() / files[i];
    migration.file = place + files[i];
    const std::string text = text_of_file(migration.path, migration.file);
    const Header header = header_of(text, migration.file);
    if (header.previous != previous)
      throw MigrationError(migration.file, 1,
                           "does not follow the migration before it, whose hash is " +
                               (previous.empty() ? "-" : previous) +
                               ": a file is missing, or two were committed at once");
    previous = header.hash;
    const std::string_view body = std::string_view(text).substr(std::min(header.body, text.size()));
    check_hash(migration, header, body);
    migration.transaction_none = check_body(migration, body, header, settings.placeholders);
    set_text(migration,
             std::string(static_cast<std::size_t>(header.body_line - 1), '\n') + settings.apply_to(std::string(body)));
  }
  put_in_order(committed.path(), migrations);
  return migrations;
}

std::vector<std::string> GraphileMigrateFormat::remarks(const fs::path& folder) const {
  const fs::path committed = committed_of(folder).path();
  std::vector<std::string> said = graphile_settings_remarks(committed);
  if (committed != folder && has_uncommitted_work(committed.parent_path()))
    said.emplace_back(
        "current.sql, or the folder current, holds work that is not committed; it is not run: `graphile-migrate "
        "commit` "
        "makes a migration of it");
  return said;
}

std::vector<NewFile> GraphileMigrateFormat::next_files(const std::vector<MigrationFile>& existing,
                                                       std::string_view name) const {
  std::string previous;
  std::string place = std::string(committed_folder) + "/";
  if (!existing.empty()) {
    const MigrationFile& last = existing.back();
    previous = header_of(text_of_file(last.path, last.file), last.file).hash;
    if (!last.file.starts_with(place)) place.clear();
  }
  std::string slug = file_name_of(name);
  std::ranges::replace(slug, '_', '-');
  const std::string body = "-- " + std::string(name) + "\n";
  // The tool refuses a file that may differ from its sum and does not: the sum of another text, until somebody commits.
  const std::string hash = hash_of(previous, body + utc_timestamp());
  return {{.file = place + next_version(existing, "000001") + "-" + slug + std::string(ending),
           .text = "--! Previous: " + (previous.empty() ? "-" : previous) + "\n--! Hash: " + hash +
                   "\n--! AllowInvalidHash\n\n" + body}};
}

}  // namespace drydock
