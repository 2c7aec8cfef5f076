#include "runner/formats/flyway_options.h"

#include "runner/formats/migration_text.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

class OptionReader {
 public:
  OptionReader(const std::string& file, int line) : file_(file), line_(line) {}

  void read(std::string_view key, std::string_view value, FlywayOptions& options) const {
    if (key == "executeInTransaction") {
      options.transaction = truth(key, value);
    } else if (key == "placeholderReplacement") {
      options.placeholders = truth(key, value);
    } else if (key == "encoding") {
      if (!same_word(value, "UTF-8") && !same_word(value, "UTF8"))
        fail("encoding is " + std::string(value) + ": drydock reads UTF-8 only; save the migration as UTF-8");
    } else if (key == "shouldExecute") {
      if (!same_word(value, "true"))
        fail("shouldExecute makes the migration depend on a condition, which drydock does not decide");
    } else {
      fail("unknown option " + std::string(key) +
           " (there are executeInTransaction, placeholderReplacement, encoding and shouldExecute)");
    }
  }

  [[noreturn]] void fail(const std::string& why) const { throw MigrationError(file_, line_, why); }

 private:
  bool truth(std::string_view key, std::string_view value) const {
    if (same_word(value, "true")) return true;
    if (same_word(value, "false")) return false;
    fail(std::string(key) + " is true or false, not '" + std::string(value) + "'");
  }

  const std::string& file_;
  int line_;
};

}  // namespace

FlywayOptions read_flyway_options(const std::filesystem::path& path, const std::string& file) {
  FlywayOptions options;
  const std::string text = text_of_file(path, file);
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    const std::string_view content = trimmed(line->text);
    if (content.empty() || content.starts_with('#')) continue;
    const OptionReader reader(file, line->number);
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) reader.fail("an option is written key=value");
    reader.read(trimmed(content.substr(0, equals)), trimmed(content.substr(equals + 1)), options);
  }
  return options;
}

}  // namespace drydock
