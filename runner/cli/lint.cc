// `drydock lint`: what the rules find in migrations, before any database has seen them.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "rehearsal/rules/rule.h"
#include "runner/cli/command.h"
#include "runner/cli/linting.h"
#include "runner/cli/target.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

Paint paint_of(std::string_view level) {
  if (level == "error") return Paint::red;
  return level == "warning" ? Paint::yellow : Paint::dim;
}

std::string text_of(const LintedFile& file, Style style) {
  std::string text;
  for (const Finding& finding : file.findings)
    text += file.path + ":" + std::to_string(finding.line) + ": " +
            style.paint(paint_of(finding.level), finding.level) + " " + style.paint(Paint::bold, finding.rule) + ": " +
            finding.message + "\n    fix: " + finding.fix + "\n";
  return text;
}

std::int64_t count_level(const std::vector<LintedFile>& files, FindingLevel level) {
  std::int64_t count = 0;
  for (const LintedFile& file : files) count += std::ranges::count(file.findings, to_string(level), &Finding::level);
  return count;
}

// "3 warnings, 1 note in 12 files"
std::string summary_of(const std::vector<LintedFile>& files) {
  std::string summary;
  for (const FindingLevel level : {FindingLevel::error, FindingLevel::warning, FindingLevel::note})
    if (const std::int64_t count = count_level(files, level); count > 0)
      summary += (summary.empty() ? "" : ", ") + count_of(count, to_string(level));
  return (summary.empty() ? "no findings" : summary) + " in " + count_of(std::ssize(files), "file");
}

std::string text_of(const std::vector<LintedFile>& files, Style style) {
  std::string text;
  for (const LintedFile& file : files)
    if (const std::string findings = text_of(file, style); !findings.empty()) text += findings + "\n";
  return text + summary_of(files) + "\n";
}

nlohmann::ordered_json json_of(const std::vector<LintedFile>& files) {
  nlohmann::ordered_json json{
      {"schema", "drydock.lint/1"}, {"files", files.size()}, {"findings", nlohmann::ordered_json::array()}};
  for (const LintedFile& file : files)
    for (const Finding& finding : file.findings)
      json["findings"].push_back({{"file", file.file},
                                  {"path", file.path},
                                  {"rule", finding.rule},
                                  {"level", finding.level},
                                  {"line", finding.line},
                                  {"object", finding.object},
                                  {"message", finding.message},
                                  {"fix", finding.fix}});
  return json;
}

class LintCommand final : public Command {
 public:
  std::string_view name() const override { return "lint"; }
  std::string_view summary() const override { return "what in migrations hurts, found without a database"; }
  void declare(Options& options) override {
    options.argument("FILE", names_, "these files alone; all of the folder by default");
    options.option("--dialect", "NAME", dialect_, "postgresql or sqlite, where no address tells")
        .one_of({"postgresql", "sqlite"});
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    const Dialect dialect = dialect_for_lint(settings, dialect_);
    const std::vector<LintedFile> files =
        names_.empty()
            ? lint(read_folder(settings, dialect), dialect, settings.config.lint, Deployment::one_by_one)
            : lint(files_named(settings, dialect, names_), dialect, settings.config.lint, Deployment::together);
    terminal.print(terminal.json() ? json_text(json_of(files)) : text_of(files, terminal.style()));
    return count_level(files, FindingLevel::error) > 0 ? ExitCode::rejected : ExitCode::done;
  }

 private:
  std::vector<std::string> names_;
  std::optional<std::string> dialect_;
};

}  // namespace

std::unique_ptr<Command> make_lint_command() { return std::make_unique<LintCommand>(); }

}  // namespace drydock
