// `drydock new NAME`: the next migration file in the folder's own format.
#include <fstream>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/target.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

// What is added begins on a line of its own, also behind a last line that has no end.
bool lacks_newline(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (stream.tellg() <= 0) return false;
  stream.seekg(-1, std::ios::end);
  return stream.get() != '\n';
}

// Both of a pair, or none: a half that stays behind would be in the way of the next try.
void write_all(const std::filesystem::path& folder, const std::vector<NewFile>& files) {
  for (const NewFile& each : files)
    if (const bool appends = each.writing == NewFile::Writing::append;
        std::filesystem::exists(folder / each.file) != appends)
      throw Failure(ExitCode::usage,
                    (folder / each.file).string() + (appends ? " is not there to add to" : " is there already"));
  for (const NewFile& each : files) {
    const std::filesystem::path file = folder / each.file;
    std::error_code error;  // what is wrong shows when the file is written
    std::filesystem::create_directories(file.parent_path(), error);
    const bool appends = each.writing == NewFile::Writing::append;
    const std::string text = (appends && lacks_newline(file) ? "\n" : "") + each.text;
    std::ofstream stream(file, std::ios::binary | (appends ? std::ios::app : std::ios::trunc));
    stream << text;
    stream.close();
    if (!stream)
      throw Failure(ExitCode::unexpected, "cannot write " + file.string() + ": look at the folder's permissions");
  }
}

class NewCommand final : public Command {
 public:
  std::string_view name() const override { return "new"; }
  std::string_view summary() const override { return "makes the next migration file, in the folder's own format"; }
  void declare(Options& options) override {
    options.argument("NAME", name_, "what the migration does: add_email_to_users").required();
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    constexpr std::size_t longest = 200;  // with a version and an ending it still is a file's name
    if (name_.size() > longest)
      throw Failure(ExitCode::usage, "NAME is longer than " + std::to_string(longest) + " bytes: say it shorter");
    const Format& format = format_of(settings);
    std::error_code error;
    std::filesystem::create_directories(settings.migrations, error);
    if (error)
      throw Failure(ExitCode::usage, "cannot make the folder " + settings.migrations.string() + ": " + error.message());
    const std::vector<NewFile> files = format.next_files(
        read_folder(settings, settings.database_text ? settings.database().dialect() : Dialect::postgres), name_);
    write_all(settings.migrations, files);
    nlohmann::ordered_json json{{"schema", "drydock.new/1"},
                                {"file", (settings.migrations / files[0].file).lexically_normal().string()}};
    std::string lines;
    for (const NewFile& each : files) {
      const std::string file = (settings.migrations / each.file).lexically_normal().string();
      json["files"].push_back(file);
      lines += (lines.empty() ? "" : "\n") + file;
    }
    terminal.print(terminal.json() ? json_text(json) : lines);
    return ExitCode::done;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_new_command() { return std::make_unique<NewCommand>(); }

}  // namespace drydock
