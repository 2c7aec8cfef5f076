#include "runner/cli/consents_file.h"

#include <fstream>
#include <iterator>
#include <sstream>

#include "runner/cli/exit_code.h"
#include "runner/migration/directives.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

[[noreturn]] void fail(const std::string& file, int line, const std::string& why) {
  throw Failure(ExitCode::usage, file + ":" + std::to_string(line) + ": " + why + "; nothing was run");
}

// As a comment line of a migration: every line is one, so that no string or block comment can swallow another.
std::string as_directive(std::string line, const std::string& file, int number) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.pop_back();
  line.erase(0, line.find_first_not_of(" \t"));
  if (line.empty() || line.starts_with("--")) return line;
  if (line.starts_with("#")) return "";
  if (line.starts_with("consent ")) return "-- drydock:" + line;
  fail(file, number, "a line here is a consent: -- drydock:consent KIND OBJECT [rows<=N] reason=\"TEXT\"");
}

}  // namespace

std::vector<Consent> consents_in(const std::string& text, const std::string& file, Dialect dialect) {
  std::istringstream lines(text);
  std::vector<Consent> consents;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string directive = as_directive(line, file, ++number);
    try {
      const Directives read = read_directives(directive, dialect);
      if (read.transaction_none || read.foreign_keys_on || read.lock_timeout || read.statement_timeout)
        fail(file, number, "only consents stand here: the command decides on its transactions and timeouts itself");
      for (Consent consent : read.consents) {
        consent.line = number;
        consents.push_back(std::move(consent));
      }
    } catch (const SqlTextError& error) {
      fail(file, number, error.what());
    }
  }
  return consents;
}

std::vector<Consent> read_consents(const std::filesystem::path& file, Dialect dialect) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Failure(ExitCode::usage, "cannot read " + file.string() + ": look at its permissions");
  return consents_in(std::string(std::istreambuf_iterator<char>(stream), {}), file.string(), dialect);
}

}  // namespace drydock
