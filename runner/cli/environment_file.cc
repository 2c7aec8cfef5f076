#include "runner/cli/environment_file.h"

#include <algorithm>
#include <cctype>

#include "runner/cli/exit_code.h"

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t\r", byte_order_mark = "\xEF\xBB\xBF";

class Reader {
 public:
  Reader(const std::string& text, const std::filesystem::path& file) : rest_(text), file_(file) {
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
  }

  EnvironmentFile read() {
    EnvironmentFile entries;
    for (; !rest_.empty(); end_line()) {
      skip_blanks();
      if (at_end_of_line() || rest_.front() == '#') continue;
      const std::string key = take_key();
      entries[key] = take_value();
    }
    return entries;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Failure(ExitCode::usage, file_.string() + ":" + std::to_string(line_) + ": " + why +
                                       " (the line is not repeated here, it may hold a password)");
  }

  bool at_end_of_line() const { return rest_.empty() || rest_.front() == '\n'; }
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size())); }

  char take() {
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    if (letter == '\n') ++line_;
    return letter;
  }

  std::string_view take_until(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string take_key() {
    std::string_view key = take_until("= \t\r\n");
    if (key == "export") {
      skip_blanks();
      key = take_until("= \t\r\n");
    }
    skip_blanks();
    if (key.empty() || rest_.empty() || rest_.front() != '=') fail("expected KEY=VALUE");
    take();
    return std::string(key);
  }

  std::string take_value() {
    skip_blanks();
    if (!rest_.empty() && (rest_.front() == '\'' || rest_.front() == '"')) return take_quoted();
    std::string_view value = take_until("\n");
    for (std::size_t at = 0; (at = value.find('#', at)) != std::string_view::npos; ++at)
      if (at == 0 || blanks.find(value[at - 1]) != std::string_view::npos) value = value.substr(0, at);
    const std::size_t last = value.find_last_not_of(blanks);
    return std::string(value.substr(0, last == std::string_view::npos ? 0 : last + 1));
  }

  std::string take_quoted() {
    const int opened_in = line_;
    const char quote = take();
    std::string value;
    while (!rest_.empty() && rest_.front() != quote) {
      const char letter = take();
      value += letter == '\\' && quote == '"' && !rest_.empty() ? unescaped(take()) : std::string(1, letter);
    }
    if (rest_.empty()) {
      line_ = opened_in;
      fail("a quote is opened and never closed");
    }
    take();
    skip_blanks();
    if (!at_end_of_line() && rest_.front() != '#') fail("there is something behind the closing quote");
    return value;
  }

  static std::string unescaped(char letter) {
    switch (letter) {
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case '"':
      case '\\':
      case '$':
        return std::string(1, letter);
      default:
        return std::string("\\") + letter;
    }
  }

  void end_line() {
    take_until("\n");
    if (!rest_.empty()) take();
  }

  std::string_view rest_;
  const std::filesystem::path& file_;
  int line_ = 1;
};

}  // namespace

EnvironmentFile parse_environment_file(const std::string& text, const std::filesystem::path& file) {
  return Reader(text, file).read();
}

}  // namespace drydock
