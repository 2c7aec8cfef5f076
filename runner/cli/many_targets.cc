#include "runner/cli/many_targets.h"

#include <fstream>
#include <iostream>
#include <set>

#include "runner/cli/exit_code.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t\r", byte_order_mark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view line) {
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

// The address beside a pooler is another for each of them, or none.
ManyTarget target_of(const std::string& address) {
  return {.database = DatabaseUrl::parse(address).display(),
          .schema = {},
          .variables = {{"DRYDOCK_DATABASE", address}, {"DRYDOCK_DIRECT_DATABASE", address}, {"DRYDOCK_SCHEMA", ""}}};
}

std::vector<ManyTarget> read_list(std::istream& stream, const std::string& file, const Variables& variables) {
  std::vector<ManyTarget> targets;
  std::set<std::string> met;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    const std::string place = file + ":" + std::to_string(++number) + ": ";
    const std::string_view written = trimmed(line);
    if (written.empty() || written.front() == '#') continue;
    try {
      const std::string address = expand(std::string(written), variables, Expanding::address);
      targets.push_back(target_of(address));
      if (!met.insert(address).second)
        throw Failure(ExitCode::usage, place + targets.back().database + " stands there twice");
    } catch (const CannotExpand& error) {
      throw Failure(ExitCode::usage, place + error.what());
    } catch (const DatabaseUrlError& error) {
      throw Failure(ExitCode::usage, place + error.what());
    }
  }
  if (stream.bad()) throw Failure(ExitCode::usage, "cannot read " + file);
  if (targets.empty()) throw Failure(ExitCode::usage, file + " names no database");
  return targets;
}

}  // namespace

std::vector<ManyTarget> databases_in(const std::string& file, const Settings& settings) {
  if (settings.target.id)
    throw Failure(ExitCode::usage, "environments." + settings.environment + ".id in " + settings.config_path.string() +
                                       " is that of one database, and --each-database names several: leave it out "
                                       "there, or choose another --environment");
  if (file == "-") return read_list(std::cin, "standard input", settings.variables);
  std::ifstream stream(file);
  if (!stream) throw Failure(ExitCode::usage, "--each-database: cannot read " + file);
  return read_list(stream, file, settings.variables);
}

std::vector<ManyTarget> schemas_like(const std::string& pattern, const Settings& settings) {
  const DatabaseUrl url = settings.database();
  if (url.dialect() == Dialect::sqlite)
    throw Failure(ExitCode::usage, "--each-schema is for PostgreSQL: " + url.display() + " has no schemas");
  const Rows rows =
      open_database(url, {.access = OpenOptions::Access::read_only, .application = "drydock schemas"})
          ->query(
              "SELECT nspname FROM pg_catalog.pg_namespace WHERE pg_catalog.left(nspname, 3) <> 'pg_' "
              "AND nspname NOT IN ('information_schema', 'drydock', 'drydock_kept') ORDER BY nspname COLLATE \"C\"");
  std::vector<ManyTarget> targets;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string& schema = rows.text(row, 0);
    if (!fits_pattern(schema, pattern)) continue;
    ManyTarget target{.database = url.display(), .schema = schema, .variables = {{"DRYDOCK_SCHEMA", schema}}};
    target.variables["DRYDOCK_DATABASE"] = settings.database_text.value();
    if (settings.direct_database_text)
      target.variables["DRYDOCK_DIRECT_DATABASE"] = settings.direct_database_text.value();
    targets.push_back(std::move(target));
  }
  if (targets.empty())
    throw Failure(ExitCode::usage, "--each-schema " + pattern + ": no schema of " + url.display() + " has such a name");
  return targets;
}

// With the last run of any characters as the one place to go back to.
bool fits_pattern(std::string_view name, std::string_view pattern) {
  std::size_t at = 0, in_pattern = 0, back_in_pattern = std::string_view::npos, back_at = 0;
  while (at < name.size()) {
    const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
    if (wanted == '%' || wanted == '*') {
      back_in_pattern = ++in_pattern;
      back_at = at;
    } else if (in_pattern < pattern.size() && (wanted == '?' || wanted == name[at])) {
      ++at;
      ++in_pattern;
    } else if (back_in_pattern != std::string_view::npos) {
      in_pattern = back_in_pattern;
      at = ++back_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of("%*", in_pattern) == std::string_view::npos;
}

}  // namespace drydock
