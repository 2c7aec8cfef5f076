#include "runner/formats/liquibase_changesets.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "runner/formats/delimiter.h"
#include "runner/formats/digest.h"
#include "runner/formats/liquibase_filter.h"
#include "runner/formats/placeholders.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t";

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && same_word(text.substr(0, word.size()), word);
}

// What a comment line says behind its dashes; empty for any other line.
std::string_view comment_of(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("--") ? trimmed(line.substr(2)) : std::string_view();
}

// `"x y"` or `x` off the front; up to one of `ends` where it is not quoted.
std::string_view take_value(std::string_view& text, std::string_view ends) {
  if (text.starts_with('"')) {
    const std::size_t close = std::min(text.find('"', 1), text.size());
    const std::string_view value = text.substr(1, close - 1);
    text.remove_prefix(std::min(close + 1, text.size()));
    return value;
  }
  const std::string_view value = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(value.size());
  return value;
}

bool is_true(std::string_view value) { return same_word(value, "true"); }

// Reads one file from top to bottom.
class ChangesetReader {
 public:
  ChangesetReader(std::string file, const FormatContext& context, std::map<std::string, std::string>& properties)
      : file_(std::move(file)), context_(context), properties_(properties) {}

  void read(const Line& line) {
    if (in_rollback_block_) return read_rollback_block(line);
    if (ignored_ != 0) return skip_ignored(line);
    const std::string_view comment = comment_of(line.text);
    if (line.number == 1) {
      read_first_line(comment);
    } else if (starts_with_word(comment, "changeset")) {
      open(line, comment.substr(9));
    } else if (starts_with_word(comment, "property ") && !open_) {
      read_property(comment.substr(9));
    } else if (!open_) {
      refuse_stray(line);
    } else if (starts_with_word(comment, "rollback")) {
      add_rollback(line, comment.substr(8));
    } else if (starts_with_word(trimmed(line.text), "/*") && is_rollback_block(trimmed(line.text).substr(2))) {
      changeset_.has_rollback = in_rollback_block_ = true;
    } else if (starts_with_word(comment, "precondition-")) {
      fail(line, "has a precondition, which drydock does not check: put it into the SQL, or take it out");
    } else if (starts_with_word(comment, "ignoreLines:")) {
      begin_ignoring(trimmed(comment.substr(12)), line);
    } else {
      add(line, comment);
    }
  }

  std::vector<Changeset> take() {
    close();
    return std::move(changesets_);
  }

 private:
  [[noreturn]] void fail(const Line& line, const std::string& why) const {
    throw MigrationError(file_, line.number, (open_ ? changeset_.author + ":" + changeset_.id + " " : "") + why);
  }

  void read_first_line(std::string_view comment) {
    constexpr std::string_view key = "logicalFilePath:";
    if (const std::size_t at = comment.find(key); at != std::string_view::npos) {
      comment.remove_prefix(at + key.size());
      logical_file_ = take_value(comment, blanks);
    }
  }

  void add(const Line& line, std::string_view comment) {
    up_.add(line);
    if (starts_with_word(comment, "validCheckSum")) one_sum_ = false;
    if (!is_about_the_changeset(comment)) sql_ += std::string(line.text) + '\n';
  }

  // Lines that Liquibase takes out of the SQL before it sums it up. Other comments stay.
  static bool is_about_the_changeset(std::string_view comment) {
    return starts_with_word(comment, "comment ") || starts_with_word(comment, "comment: ") ||
           starts_with_word(comment, "validCheckSum") || starts_with_word(comment, "preconditions");
  }

  // Of the SQL without its blanks, and of the list that this is alone in.
  std::string checksum_of(std::string sql) const {
    sql = with_values(std::move(sql));
    std::erase_if(sql, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    constexpr const char* version = "9:";
    return version + md5_hex(version + md5_hex(sql) + ":");
  }

  // The first definition of a property counts.
  void read_property(std::string_view text) {
    std::string name, value, dbms;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
      const std::string_view key = take_value(text, ":");
      text = trimmed(text.substr(std::min<std::size_t>(1, text.size())));
      const std::string_view of_key = take_value(text, blanks);
      if (key == "name") name = of_key;
      if (key == "value") value = of_key;
      if (key == "dbms") dbms = of_key;
    }
    if (!name.empty() && is_for_database(dbms, context_.dialect)) properties_.emplace(name, value);
  }

  void refuse_stray(const Line& line) const {
    const std::string_view text = trimmed(line.text);
    if (!text.empty() && !text.starts_with("--") && !text.starts_with("/*") && !text.starts_with('*'))
      fail(line, "a statement stands in front of the first changeset, where Liquibase passes over it");
  }

  void open(const Line& line, std::string_view text) {
    close();
    changeset_ = {};
    wanted_ = one_sum_ = true;
    delimiter_ = rollback_delimiter_ = "";
    text = trimmed(text);
    changeset_.author = trimmed(take_value(text, ":"));
    const bool parted = text.starts_with(':');
    text = trimmed(text.substr(std::min<std::size_t>(1, text.size())));
    changeset_.id = take_value(text, blanks);
    changeset_.line = line.number;
    changeset_.logical_file = logical_file_;
    if (!parted || changeset_.author.empty() || changeset_.id.empty())
      fail(line, "a changeset is written: --changeset author:id");
    open_ = true;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) read_attribute(line, text);
  }

  // Takes one `key:value` off the text.
  void read_attribute(const Line& line, std::string_view& text) {
    const std::string_view key = text.substr(0, text.find_first_of(": \t"));
    text.remove_prefix(key.size());
    if (!text.starts_with(':')) return;
    text.remove_prefix(1);
    const std::string_view value = take_value(text, blanks);
    const auto is = [&](std::string_view name) { return same_word(key, name); };
    if (is("runInTransaction")) {
      changeset_.transaction_none = !is_true(value);
    } else if (is("runOnChange")) {
      changeset_.run_on_change = is_true(value);
    } else if (is("endDelimiter")) {
      delimiter_ = delimiter_of(line, value);
    } else if (is("rollbackEndDelimiter")) {
      rollback_delimiter_ = delimiter_of(line, value);
    } else if (is("dbms")) {
      wanted_ = wanted_ && is_for_database(value, context_.dialect);
    } else if (is("context") || is("contextFilter")) {
      wanted_ = wanted_ && is_in_context(value);
    } else if (is("labels")) {
      wanted_ = wanted_ && has_label(value);
    } else if (is("ignore")) {
      wanted_ = wanted_ && !is_true(value);
    } else if (is("logicalFilePath")) {
      changeset_.logical_file = value;
    } else {
      refuse_attribute(line, key, value);
    }
  }

  // What is left either changes nothing here, or what runs.
  void refuse_attribute(const Line& line, std::string_view key, std::string_view value) const {
    constexpr std::array<std::string_view, 8> harmless = {
        "stripComments", "splitStatements",       "rollbackSplitStatements",
        "created",       "objectQuotingStrategy", "onValidationFail",
        "tags",          "runWithSpoolFile"};
    if (std::ranges::any_of(harmless, [&](std::string_view each) { return same_word(each, key); })) return;
    const bool off = (same_word(key, "runAlways") && !is_true(value)) ||
                     (same_word(key, "failOnError") && is_true(value)) ||
                     (same_word(key, "runWith") && same_word(value, "jdbc"));
    if (!off) fail(line, "has " + std::string(key) + ":" + std::string(value) + ", which drydock cannot honour");
  }

  std::string delimiter_of(const Line& line, std::string_view value) const {
    std::string delimiter = unescaped(value);
    if (delimiter.find('\\') != std::string::npos)
      fail(line, "has a delimiter that is a pattern, which drydock cannot honour");
    return delimiter == ";" ? "" : delimiter;
  }

  // Liquibase runs all of them where it is told of none.
  bool is_in_context(std::string_view expression) const {
    const std::optional<std::string> given = variable("LIQUIBASE_COMMAND_CONTEXTS");
    return !given || given->empty() || holds(expression, *given);
  }
  bool has_label(std::string_view labels) const {
    const std::optional<std::string> filter = variable("LIQUIBASE_COMMAND_LABEL_FILTER");
    return !filter || filter->empty() || holds(*filter, labels);
  }
  std::optional<std::string> variable(const std::string& name) const {
    return context_.variable ? context_.variable(name) : std::nullopt;
  }

  void add_rollback(const Line& line, std::string_view text) {
    text = trimmed(text);
    if (text.find("changeSetId:") != std::string_view::npos || text.find("changesetId:") != std::string_view::npos)
      fail(line, "is taken back by another changeset, which drydock cannot honour: write what takes it back");
    changeset_.has_rollback = true;
    if (!same_word(text, "empty") && !same_word(text, "not required")) down_.add({text, line.number});
  }

  static bool is_rollback_block(std::string_view text) {
    text = trimmed(text);
    if (!starts_with_word(text, "liquibase")) return false;
    return same_word(trimmed(text.substr(9)), "rollback");
  }

  void read_rollback_block(const Line& line) {
    const std::size_t end = line.text.find("*/");
    down_.add({line.text.substr(0, end), line.number});
    in_rollback_block_ = end == std::string_view::npos;
  }

  void begin_ignoring(std::string_view value, const Line& line) {
    constexpr int until_told = -1;
    if (same_word(value, "start")) {
      ignored_ = until_told;
      return;
    }
    for (const char digit : value) {
      if (digit < '0' || digit > '9') fail(line, "ignoreLines is a number, or start and end");
      ignored_ = std::min(10 * ignored_ + (digit - '0'), 1000000);
    }
  }

  void skip_ignored(const Line& line) {
    if (ignored_ > 0)
      --ignored_;
    else if (starts_with_word(comment_of(line.text), "ignoreLines:end"))
      ignored_ = 0;
  }

  std::string with_values(std::string text) const {
    return replace_placeholders(std::move(text), file_, [&](std::string_view name) -> std::optional<std::string> {
      for (const std::map<std::string, std::string>* known : {&context_.placeholders, &std::as_const(properties_)})
        if (const auto found = known->find(std::string(name)); found != known->end()) return found->second;
      return "${" + std::string(name) + "}";  // as Liquibase leaves what it does not know
    });
  }

  std::string finished(SectionText& part, const std::string& delimiter) const {
    std::string text = with_values(part.take());
    return delimiter.empty() ? text : with_semicolons(text, delimiter, context_.dialect);
  }

  void close() {
    if (!open_) return;
    changeset_.text = finished(up_, delimiter_);
    if (one_sum_) changeset_.checksum = checksum_of(std::move(sql_));
    sql_.clear();
    changeset_.rollback = finished(down_, rollback_delimiter_);
    if (wanted_) changesets_.push_back(std::move(changeset_));
    open_ = false;
  }

  std::string file_;
  const FormatContext& context_;
  std::map<std::string, std::string>& properties_;
  std::vector<Changeset> changesets_;
  Changeset changeset_;
  std::string logical_file_, delimiter_, rollback_delimiter_;
  SectionText up_, down_;
  std::string sql_;  // what up_ holds, as Liquibase sums it up
  bool one_sum_ = true;
  bool open_ = false, wanted_ = true, in_rollback_block_ = false;
  int ignored_ = 0;  // lines still to be passed over; below 0: up to the line that says so
};

}  // namespace

std::vector<Changeset> read_changesets(std::string_view text, const std::string& file, const FormatContext& context,
                                       std::map<std::string, std::string>& properties) {
  ChangesetReader reader(file, context, properties);
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) reader.read(*line);
  return reader.take();
}

}  // namespace drydock
