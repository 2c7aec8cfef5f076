#include "runner/cli/linting.h"

#include <set>

#include "rehearsal/rules/all_rules.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/target.h"
#include "runner/formats/migration_text.h"

namespace drydock {
namespace {

// By how it begins: what stands behind that may be a variable that is not set here.
std::optional<Dialect> dialect_of(const std::optional<std::string>& address) {
  if (!address) return std::nullopt;
  if (address->starts_with("sqlite:")) return Dialect::sqlite;
  if (address->starts_with("postgres://") || address->starts_with("postgresql://")) return Dialect::postgres;
  return std::nullopt;
}

std::optional<Dialect> dialect_of(const std::map<std::string, EnvironmentConfig>& environments) {
  std::set<Dialect> dialects;
  for (const auto& [name, environment] : environments)
    if (const auto dialect = dialect_of(environment.database)) dialects.insert(*dialect);
  return dialects.size() == 1 ? std::optional(*dialects.begin()) : std::nullopt;
}

bool is_same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code error;
  return std::filesystem::equivalent(one, other, error) && !error;
}

bool is_below(const std::filesystem::path& file, const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::path inner = std::filesystem::weakly_canonical(file, error);
  const std::filesystem::path outer = std::filesystem::weakly_canonical(folder, error);
  const auto [end, unused] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return !error && end == outer.end();
}

MigrationFile plain_file(const std::string& name) {
  MigrationFile file;
  file.path = name;
  file.file = name;
  file.name = file.path.stem().string();
  read_text(file);
  return file;
}

}  // namespace

Dialect dialect_for_lint(const Settings& settings, const std::optional<std::string>& asked_for) {
  if (asked_for) return *asked_for == "sqlite" ? Dialect::sqlite : Dialect::postgres;
  if (const auto dialect = dialect_of(settings.database_text)) return *dialect;
  // An address of another kind is a mistake that is told as everywhere.
  if (settings.database_text) return settings.database().dialect();
  if (const auto dialect = dialect_of(settings.config.environments)) return *dialect;
  throw Failure(ExitCode::usage,
                "nothing tells which SQL the migrations are written in: give --dialect postgresql or --dialect sqlite, "
                "or an address by --database, DATABASE_URL or `database` in " +
                    settings.config_path.string() + ", which is not connected to");
}

std::vector<MigrationFile> files_named(const Settings& settings, Dialect dialect,
                                       const std::vector<std::string>& names) {
  std::optional<std::vector<MigrationFile>> folder;
  std::vector<MigrationFile> files;
  for (const std::string& name : names) {
    const std::size_t before = files.size();
    if (is_below(name, settings.migrations)) {
      if (!folder) folder = read_folder(settings, dialect);
      for (const MigrationFile& each : *folder)
        if (is_same_file(each.path, name)) files.push_back(each);
    }
    if (files.size() == before) files.push_back(plain_file(name));
  }
  return files;
}

std::vector<LintedFile> lint(const std::vector<MigrationFile>& files, Dialect dialect, const LintConfig& config,
                             Deployment deployment) {
  RuleReader rules(dialect, config.ignored);
  std::vector<LintedFile> linted;
  for (const MigrationFile& file : files) {
    if (deployment == Deployment::one_by_one) rules.begin_deployment();
    linted.push_back({.file = file.file,
                      .path = file.path.lexically_normal().string(),
                      .findings = rules.read(parse_migration(file, dialect))});
  }
  return linted;
}

}  // namespace drydock
