// Where a command speaks: the narrative and its document on standard output, errors on standard error, and one live
// line that is rewritten in place, on a terminal only. Piped, everything is plain lines without control characters;
// those in a name are shown and do nothing (legible.h), on a terminal as well.
#pragma once

#include <string>
#include <string_view>

#include "runner/report/style.h"

namespace drydock {

enum class ColourChoice { automatic, always, never };

class Terminal {
 public:
  struct Options {
    ColourChoice colour = ColourChoice::automatic;
    bool quiet = false;  // no narrative
    bool json = false;   // standard output is kept for one JSON document
  };
  explicit Terminal(const Options& options);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Whether all that was said on standard output has reached it, so far. A reader who went away wanted no more.
  bool is_heard() const { return !lost_output_; }

  bool json() const { return options_.json; }
  // Whether a document, or part of one, is out.
  bool has_printed() const { return has_printed_; }
  bool shows_narrative() const { return !options_.quiet && !options_.json; }
  // How text for standard output is painted.
  Style style() const { return Style{output_paints_}; }

  // A line of the narrative; nothing with --quiet or --json.
  void say(std::string_view line);
  // What was asked for, to be read (a report, a list, a JSON document): always on standard output.
  void print(std::string_view text);
  // What was asked for, to be used (the SQL of a plan, of a schema): on standard output, byte for byte.
  void pass_on(std::string_view text);
  // A line on standard error, in front of which stands what it is.
  void warn(std::string_view message);
  void error(std::string_view message);
  // Progress that is of no use later: rewritten in place on a terminal, nothing elsewhere.
  void live(std::string_view line);
  // Progress that is worth a line: live on a terminal, a line of the narrative elsewhere.
  void progress(std::string_view line);

 private:
  void clear_live();
  void flush_output();

  Options options_;
  bool output_paints_, error_paints_, live_possible_;
  bool live_shown_ = false;
  bool lost_output_ = false;
  bool has_printed_ = false;
};

}  // namespace drydock
