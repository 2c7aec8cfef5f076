// `drydock new NAME`: the next migration file in the folder's own format.
#include <CLI/CLI.hpp>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/target.h"

namespace drydock {
namespace {

std::string template_of(const std::string& name) {
  return "-- " + name + R"(
--
-- Runs in one transaction. A loss that is meant needs a consent above the first statement: `drydock rehearse` says what
-- would be lost, and prints the line to add.

)";
}

// "Add e-mail to users" -> "add_e_mail_to_users": what fits into a file's name and between its separators.
std::string file_name_from(const std::string& name) {
  std::string words;
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool kept = std::isalnum(byte) != 0 || byte >= 0x80;
    if (kept)
      words += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : letter;
    else if (!words.empty() && words.back() != '_')
      words += '_';
  }
  while (words.ends_with('_')) words.pop_back();
  if (words.empty()) throw Failure(ExitCode::usage, "'" + name + "' holds no letter or digit to name a file by");
  return words;
}

class NewCommand final : public Command {
 public:
  std::string_view name() const override { return "new"; }
  std::string_view summary() const override { return "makes the next migration file, in the folder's own format"; }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "what the migration does: add_email_to_users")->required();
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    const Format& format = format_of(settings);
    std::error_code error;
    std::filesystem::create_directories(settings.migrations, error);
    if (error)
      throw Failure(ExitCode::usage, "cannot make the folder " + settings.migrations.string() + ": " + error.message());
    const std::filesystem::path file =
        settings.migrations / format.next_file_name(format.read(settings.migrations), file_name_from(name_));
    if (std::filesystem::exists(file)) throw Failure(ExitCode::usage, file.string() + " is there already");
    std::ofstream stream(file, std::ios::binary);
    stream << template_of(name_);
    stream.close();
    if (!stream)
      throw Failure(ExitCode::unexpected, "cannot write " + file.string() + ": look at the folder's permissions");
    terminal.print(terminal.json()
                       ? nlohmann::ordered_json{{"schema", "drydock.new/1"}, {"file", file.string()}}.dump(2)
                       : file.string());
    return ExitCode::done;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_new_command() { return std::make_unique<NewCommand>(); }

}  // namespace drydock
