#include "runner/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "runner/report/legible.h"

namespace drydock {
namespace {

bool wants_colour(ColourChoice choice, int descriptor) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* kind = std::getenv("TERM");
  return isatty(descriptor) != 0 && (kind == nullptr || std::string_view(kind) != "dumb");
}

void write(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

std::size_t width_of(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Terminal::Terminal(const Options& options)
    : options_(options),
      output_paints_(wants_colour(options.colour, STDOUT_FILENO)),
      error_paints_(wants_colour(options.colour, STDERR_FILENO)),
      live_possible_(!options.quiet && !options.json && isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) != 0) {}

Terminal::~Terminal() { clear_live(); }

void Terminal::say(std::string_view line) {
  if (options_.quiet || options_.json) return;
  clear_live();
  write(stdout, visible(line, output_paints_) + "\n");
  flush_output();
}

// In a JSON document it is the document that escapes.
void Terminal::print(std::string_view text) {
  pass_on(options_.json ? std::string(text) : visible(text, output_paints_));
}

void Terminal::pass_on(std::string_view text) {
  clear_live();
  has_printed_ = true;
  write(stdout, text);
  if (!text.ends_with('\n')) write(stdout, "\n");
  flush_output();
}

void Terminal::flush_output() {
  // What is larger than the buffer is written at once: an error of that shows in ferror() alone.
  if ((std::fflush(stdout) != 0 || std::ferror(stdout) != 0) && errno != EPIPE) lost_output_ = true;
}

void Terminal::warn(std::string_view message) {
  clear_live();
  write(stderr, Style{error_paints_}.paint(Paint::yellow, "warning:") + " " + visible(message, error_paints_) + "\n");
}

void Terminal::error(std::string_view message) {
  clear_live();
  write(stderr, Style{error_paints_}.paint(Paint::red, "error:") + " " + visible(message, error_paints_) + "\n");
}

void Terminal::live(std::string_view line) {
  if (!live_possible_) return;
  clear_live();
  write(stderr, visible(line, error_paints_).substr(0, width_of(STDERR_FILENO) - 1));
  std::fflush(stderr);
  live_shown_ = true;
}

void Terminal::progress(std::string_view line) {
  if (live_possible_)
    live(line);
  else
    say(line);
}

void Terminal::clear_live() {
  if (!live_shown_) return;
  write(stderr, "\r\033[K");
  std::fflush(stderr);
  live_shown_ = false;
}

}  // namespace drydock
