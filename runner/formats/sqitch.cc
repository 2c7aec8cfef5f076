#include "runner/formats/sqitch.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/sections.h"
#include "runner/formats/sqitch_project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// What a change is called where it is recorded. The first of its name keeps that when it is reworked, as databases have
// it under that name; one that reworks it is told by the tag that it stands behind.
std::string version_of(const SqitchChange& change) {
  return change.reworked_since.empty() ? change.name : change.name + change.reworked_since + "+";
}

// As Sqitch looks for the scripts of a reworked change: the first tag for which there is one.
std::string script_of(const SqitchChange& change, const SqitchProject& project) {
  const auto script = [&](const std::string& tag) { return change.name + tag + "." + project.extension; };
  for (const std::string& tag : change.rework_tags)
    if (is_file(project.deploy / script(tag))) return script(tag);
  return script(change.rework_tags.empty() ? "" : change.rework_tags.front());
}

// Lines that set how psql and sqlite3 print and when they stop, which drydock decides.
bool is_harmless(std::string_view line, Dialect dialect) {
  constexpr std::array<std::string_view, 7> psql = {"\\pset", "\\timing", "\\echo", "\\qecho", "\\warn", "\\x", "\\t"};
  constexpr std::array<std::string_view, 5> shell = {".bail", ".echo", ".headers", ".mode", ".timer"};
  constexpr std::array<std::string_view, 6> variables = {"ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "QUIET",
                                                         "ECHO",          "VERBOSITY",         "SHOW_CONTEXT"};
  const std::string_view command = take_word(line);
  if (dialect == Dialect::sqlite) return std::ranges::find(shell, command) != shell.end();
  if (command == "\\set" || command == "\\unset")
    return std::ranges::find(variables, take_word(line)) != variables.end();
  return std::ranges::find(psql, command) != psql.end();
}

std::string without_set_up(std::string text, Dialect dialect) {
  const char opens = dialect == Dialect::postgres ? '\\' : '.';
  if (!text.starts_with(opens) && text.find(std::string("\n") + opens) == std::string::npos) return text;
  std::string kept;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    if (!is_harmless(line->text, dialect)) kept += line->text;
    kept += '\n';
  }
  return kept;
}

std::string shown(const fs::path& path, const fs::path& folder) { return path.lexically_proximate(folder).string(); }

// nullopt where the change has none.
std::optional<VerifyScript> verification_of(const SqitchProject& project, const std::string& script,
                                            const fs::path& folder, Dialect dialect) {
  const fs::path verify = project.verify / script;
  if (!is_file(verify)) return std::nullopt;
  const std::string file = shown(verify, folder);
  return VerifyScript{.file = file, .text = without_set_up(text_of_file(verify, file), dialect)};
}

void require_engine(const SqitchProject& project, Dialect dialect) {
  if (!project.engine || *project.engine == dialect) return;
  throw MigrationError(
      "sqitch.conf", 0,
      std::string("the project is for ") + (dialect == Dialect::sqlite ? "PostgreSQL, and the target is SQLite"
                                                                       : "SQLite, and the target is PostgreSQL"));
}

std::string planner() {
  const auto variable = [](const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::string(value) : otherwise;
  };
  const std::string user = variable("USER", "drydock");
  return variable("SQITCH_FULLNAME", user) + " <" + variable("SQITCH_EMAIL", user + "@localhost") + ">";
}

// 20261120103000 -> 2026-11-20T10:30:00Z
std::string plan_time() {
  const std::string digits = utc_timestamp();
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2) + "T" + digits.substr(8, 2) + ":" +
         digits.substr(10, 2) + ":" + digits.substr(12, 2) + "Z";
}

}  // namespace

bool SqitchFormat::recognises(const Folder& folder) const {
  try {
    return find_sqitch_project(folder.path()).has_value();
  } catch (const MigrationError&) {
    return true;  // reading it says what is wrong
  }
}

std::vector<MigrationFile> SqitchFormat::read(const Folder& folder, const FormatContext& context) const {
  const std::optional<SqitchProject> project = find_sqitch_project(folder.path());
  if (!project) throw MigrationError(folder.path().string(), 0, "holds no sqitch.plan, nor does the folder above it");
  require_engine(*project, context.dialect);
  const std::vector<SqitchChange> changes = read_sqitch_plan(project->plan);
  std::vector<MigrationFile> migrations(changes.size());
  std::map<std::string, int> times;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    MigrationFile& migration = migrations[i];
    const std::string script = script_of(changes[i], *project);
    migration.version = Version(version_of(changes[i]), i + 1);
    migration.name = changes[i].name;
    migration.recorded_as = numbered_change(changes[i].name, ++times[changes[i].name]);
    migration.path = project->deploy / script;
    migration.file = shown(migration.path, folder.path());
    if (!is_file(migration.path))
      throw MigrationError(project->plan.filename().string(), changes[i].line,
                           "there is no " + migration.file + " for " + changes[i].name);
    set_text(migration, without_set_up(text_of_file(migration.path, migration.file), context.dialect));
    migration.verify = verification_of(*project, script, folder.path(), context.dialect);
    const fs::path revert = project->revert / script;
    if (!is_file(revert)) continue;
    const std::string file = shown(revert, folder.path());
    migration.undo =
        UndoScript{.path = revert, .file = file, .text = without_set_up(text_of_file(revert, file), context.dialect)};
  }
  return migrations;
}

std::vector<NewFile> SqitchFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const std::string change = file_name_of(name);
  const bool from_above = existing.empty() || existing.back().file.starts_with("deploy/");
  const std::string root = from_above ? "" : "../";
  const auto script = [&](const std::string& kind, const std::string& text) {
    return NewFile{.file = (from_above || kind != "deploy" ? root + kind + "/" : "") + change + ".sql", .text = text};
  };
  return {script("deploy", "-- Deploy " + change + "\n\nBEGIN;\n\nCOMMIT;\n"),
          script("revert", "-- Revert " + change + "\n\nBEGIN;\n\nCOMMIT;\n"),
          script("verify", "-- Verify " + change + "\n\nBEGIN;\n\nROLLBACK;\n"),
          {.file = root + "sqitch.plan",
           .text = change + " " + plan_time() + " " + planner() + " # " + std::string(name) + "\n",
           .writing = NewFile::Writing::append}};
}

}  // namespace drydock
