#include "runner/cli/help.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <sstream>

namespace drydock {
namespace {

constexpr std::size_t text_column = 27, width = 80;

// The words of a text from `column` on, folded before the terminal's edge.
std::string folded(const std::string& text, std::size_t column) {
  std::istringstream words(text);
  std::string result, word;
  std::size_t at = column;
  while (words >> word) {
    if (at > column && at + 1 + word.size() > width) {
      result += "\n" + std::string(column, ' ');
      at = column;
    }
    if (at > column) {
      result += ' ';
      ++at;
    }
    result += word;
    at += word.size();
  }
  return result + "\n";
}

std::string row(const std::string& left, const std::string& text) {
  std::string line = "  " + left;
  line += line.size() + 2 > text_column ? "\n" + std::string(text_column, ' ')
                                        : std::string(text_column - line.size(), ' ');
  return line + folded(text, text_column);
}

std::string option_row(const CLI::Option& option) {
  std::string left = option.get_name(false, true);
  for (std::size_t comma = left.find(','); comma != std::string::npos; comma = left.find(',', comma + 2))
    left.replace(comma, 1, ", ");
  if (option.get_type_size() != 0) left += " " + option.get_option_text();
  return row(left, option.get_description());
}

std::string options_in(const CLI::App& app, const std::string& title) {
  std::string rows;
  for (const CLI::Option* option : app.get_options())
    if (option->nonpositional() && !option->get_group().empty()) rows += option_row(*option);
  return rows.empty() ? "" : "\n" + title + ":\n" + rows;
}

std::string arguments_of(const CLI::App& app) {
  std::string rows;
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() && !option->get_group().empty())
      rows += row(option->get_name(true), option->get_description());
  return rows.empty() ? "" : "\nArguments:\n" + rows;
}

std::string usage_of(const CLI::App& app) {
  std::string usage = "Usage: drydock ";
  if (app.get_parent() == nullptr) return usage + "[global options] COMMAND [options]\n";
  usage += app.get_name() + " [options]";
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() && !option->get_group().empty())
      usage += (option->get_required() ? " " + option->get_name(true) : " [" + option->get_name(true) + "]") +
               (option->get_items_expected_max() > 1 ? "..." : "");
  return usage + "\n";
}

}  // namespace

std::string help_of(const CLI::App& app) {
  std::string about = app.get_description();
  about[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(about[0])));
  std::string text = usage_of(app) + "\n" + folded(about + (about.ends_with('.') ? "" : "."), 0);
  std::string commands;
  for (const CLI::App* command : app.get_subcommands({}))
    commands += row(command->get_name(), command->get_description());
  if (!commands.empty()) text += "\nCommands:\n" + commands;
  text += arguments_of(app) + options_in(app, app.get_parent() == nullptr ? "Global options" : "Options");
  if (app.get_parent() != nullptr) text += "\nThe global options are listed by `drydock --help`.\n";
  return text + (app.get_footer().empty() ? "" : "\n" + app.get_footer() + "\n");
}

}  // namespace drydock
