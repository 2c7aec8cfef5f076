#include "runner/migration/baseline.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t\f\v";
constexpr std::string_view prefix = "drydock:";
constexpr std::string_view hash_prefix = "sha256:";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const std::size_t last = text.find_last_not_of(blanks);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  text = trimmed(text);
  return word;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// What stands behind "drydock:"; nothing where the line is no directive.
std::optional<std::string_view> directive_in(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("--")) return std::nullopt;
  line = trimmed(line.substr(2));
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

bool is_header_line(std::string_view line) { return trimmed(line).empty() || trimmed(line).starts_with("--"); }

bool is_hash(std::string_view text) {
  constexpr std::size_t digits = 64;
  if (!text.starts_with(hash_prefix) || text.size() != hash_prefix.size() + digits) return false;
  return text.find_first_not_of("0123456789abcdef", hash_prefix.size()) == std::string_view::npos;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1.12.3" too: a folder of another tool may have such versions.
bool is_dotted_digits(std::string_view text) {
  while (text.find('.') != std::string_view::npos) {
    const std::size_t dot = text.find('.');
    if (!is_digits(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_digits(text);
}

// The rest of a `replaces` line. The error is one sentence without the place.
ReplacedVersion read_replaced_version(std::string_view rest) {
  ReplacedVersion replaced;
  const std::string_view version = take_word(rest), checksum = take_word(rest);
  if (!is_dotted_digits(version))
    throw std::runtime_error("a replaced version is digits, not \"" + std::string(version) + "\"");
  if (!is_hash(checksum))
    throw std::runtime_error("the checksum of version " + std::string(version) +
                             " is sha256: and 64 hexadecimal digits in lower case, not \"" + std::string(checksum) +
                             "\"");
  if (rest.empty()) throw std::runtime_error("the name of version " + std::string(version) + " is missing");
  replaced.version = Version(version);
  replaced.checksum = checksum;
  replaced.name = rest;
  return replaced;
}

std::string line_of(const ReplacedVersion& replaced) {
  return replaced.version.text() + " " + replaced.checksum + " " + replaced.name + "\n";
}

std::string doubled(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"') result += c;
    result += c;
  }
  return result;
}

// Reads the lines from the first to the last; every complaint carries its line.
class HeaderReader {
 public:
  BaselineHeader read(std::string_view text) {
    for (; !text.empty(); ++line_) {
      const std::string_view line = take_line(text);
      if (!is_header_line(line)) break;
      if (const auto directive = directive_in(line)) take(*directive);
    }
    line_ = 1;
    check_counts();
    return std::move(header_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw SqlTextError(line_, why); }

  // The words of ordinary directives are read_directives()'s business.
  void take(std::string_view rest) {
    const std::string_view word = take_word(rest);
    if (word == "squash") return take_squash(rest);
    if (word == "replaces") return take_replaces(rest);
    if (word == "proved-on") return take_proved_on(rest);
    if (word == "upgrade-hint") take_upgrade_hint(rest);
  }

  void take_squash(std::string_view rest) {
    if (line_ != 1) fail("drydock:squash stands in a file once, in its first line");
    while (!rest.empty()) take_field(take_word(rest));
    for (const auto& [name, value] : {std::pair("through", header_.through.text()),
                                      {"migrations", migrations_},
                                      {"schema", header_.schema_hash},
                                      {"data", header_.data_hash}})
      if (value.empty()) fail(std::string("drydock:squash needs the field ") + name + "=");
  }

  void take_field(std::string_view field) {
    const std::size_t equals = field.find('=');
    const std::string name(field.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? "" : field.substr(equals + 1));
    const bool is_hash_field = name == "schema" || name == "data";
    if (name != "through" && name != "migrations" && !is_hash_field)
      fail("drydock:squash has no field \"" + name + "\" (there are through=, migrations=, schema= and data=)");
    if (is_hash_field ? !is_hash(value) : !is_digits(value))
      fail(name + (is_hash_field ? "= is sha256: and 64 hexadecimal digits in lower case" : "= is digits") +
           ", not \"" + value + "\"");
    const bool given = name == "through"      ? !header_.through.empty()
                       : name == "migrations" ? !migrations_.empty()
                       : name == "schema"     ? !header_.schema_hash.empty()
                                              : !header_.data_hash.empty();
    if (given) fail(name + "= is given twice");
    if (name == "through") header_.through = Version(value);
    if (name == "migrations") migrations_ = value;
    if (name == "schema") header_.schema_hash = value;
    if (name == "data") header_.data_hash = value;
  }

  void take_replaces(std::string_view rest) try {
    ReplacedVersion replaced = read_replaced_version(rest);
    if (!header_.replaces.empty()) {
      const Version& before = header_.replaces.back().version;
      if (replaced.version == before) fail("version " + replaced.version.text() + " is replaced twice");
      if (replaced.version < before)
        fail("version " + replaced.version.text() + " stands behind " + before.text() +
             ": the versions are listed in their order, each once");
    }
    header_.replaces.push_back(std::move(replaced));
  } catch (const SqlTextError&) {
    throw;
  } catch (const std::runtime_error& error) {
    fail(error.what());
  }

  void take_proved_on(std::string_view rest) {
    if (!header_.proved_on.empty()) fail("drydock:proved-on is given twice");
    if (rest.empty()) fail("drydock:proved-on names a server and its version, such as PostgreSQL 15.18");
    header_.proved_on = rest;
  }

  void take_upgrade_hint(std::string_view rest) {
    if (!header_.upgrade_hint.empty()) fail("drydock:upgrade-hint is given twice");
    if (rest.size() < 2 || rest.front() != '"' || rest.back() != '"')
      fail("the hint stands in double quotes: drydock:upgrade-hint \"TEXT\"");
    rest = rest.substr(1, rest.size() - 2);
    for (std::size_t at = 0; at < rest.size(); ++at) {
      if (rest[at] == '"' && (++at == rest.size() || rest[at] != '"'))
        fail("a double quote in the hint is written twice");
      header_.upgrade_hint += rest[at];
    }
    if (trimmed(header_.upgrade_hint).empty()) fail("the hint of drydock:upgrade-hint is empty");
  }

  void check_counts() const {
    std::size_t migrations = 0;
    std::from_chars(migrations_.data(), migrations_.data() + migrations_.size(), migrations);
    const std::size_t listed = header_.replaces.size();
    if (listed == 0 || migrations != listed)
      fail("the baseline says migrations=" + migrations_ + " and lists " + std::to_string(listed) +
           " by drydock:replaces: it is not as `drydock squash` wrote it");
    if (header_.through != header_.replaces.back().version)
      fail("the baseline says through=" + header_.through.text() + " and the last version that it replaces is " +
           header_.replaces.back().version.text());
  }

  BaselineHeader header_;
  std::string migrations_;
  int line_ = 1;
};

}  // namespace

bool ReplacedVersion::agrees_with(const Checksum& other) const {
  if (other.text.empty() && other.tokens.empty()) return true;
  return checksum == other.tokens || checksum == other.text;
}

std::string ReplacedVersion::label() const { return version.text() + "_" + name; }

const ReplacedVersion* BaselineHeader::find(const Version& version) const {
  const auto found = std::ranges::lower_bound(replaces, version, std::less<>(), &ReplacedVersion::version);
  return found != replaces.end() && found->version == version ? &*found : nullptr;
}

bool BaselineHeader::replaces_all_of(const BaselineHeader& other) const {
  return std::ranges::all_of(other.replaces, [&](const ReplacedVersion& replaced) {
    const ReplacedVersion* mine = find(replaced.version);
    return mine != nullptr && mine->checksum == replaced.checksum;
  });
}

bool is_baseline(std::string_view text) {
  const auto directive = directive_in(take_line(text));
  if (!directive) return false;
  std::string_view rest = *directive;
  return !rest.empty() && blanks.find(rest.front()) == std::string_view::npos && take_word(rest) == "squash";
}

std::optional<BaselineHeader> read_baseline_header(std::string_view text) {
  if (!is_baseline(text)) return std::nullopt;
  return HeaderReader().read(text);
}

bool is_baseline_word(std::string_view word) {
  return word == "squash" || word == "replaces" || word == "proved-on" || word == "upgrade-hint";
}

int baseline_header_lines(std::string_view text) {
  int lines = 0;
  while (!text.empty() && is_header_line(take_line(text))) ++lines;
  return lines;
}

std::string compose(const BaselineHeader& header) {
  std::string text = "-- drydock:squash through=" + header.through.text() +
                     " migrations=" + std::to_string(header.replaces.size()) + " schema=" + header.schema_hash +
                     " data=" + header.data_hash + "\n";
  for (const ReplacedVersion& replaced : header.replaces) text += "-- drydock:replaces " + line_of(replaced);
  if (!header.proved_on.empty()) text += "-- drydock:proved-on " + header.proved_on + "\n";
  if (!header.upgrade_hint.empty()) text += "-- drydock:upgrade-hint \"" + doubled(header.upgrade_hint) + "\"\n";
  return text;
}

std::string compose_replaced(const std::vector<ReplacedVersion>& replaced) {
  std::string text;
  for (const ReplacedVersion& each : replaced) text += line_of(each);
  return text;
}

std::vector<ReplacedVersion> read_replaced(std::string_view text) {
  std::vector<ReplacedVersion> replaced;
  while (!text.empty()) replaced.push_back(read_replaced_version(take_line(text)));
  return replaced;
}

}  // namespace drydock
