// Sections of a file: what a format runs, and what takes it back, where both stand in one file. A section is a text of
// its own in which the lines of other sections are empty, so that every statement keeps the line that it has in the
// file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

struct Line {
  std::string_view text;  // without its newline
  int number = 0;         // from 1 on
};

// Gives a text's lines one by one. Lives no longer than the text. REQUIRES: the text is normalised.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}
  // nullopt behind the last one. A newline at the end of the text opens no further line.
  std::optional<Line> next();

 private:
  std::string_view rest_;
  int number_ = 0;
};

// Collects the lines of one section, in their order; those that it is not given are empty.
class SectionText {
 public:
  void add(const Line& line);
  // Whether it was given a line that holds more than blanks.
  bool holds_anything() const { return holds_anything_; }
  // What was collected; the object is empty afterwards.
  std::string take();

 private:
  std::string text_;
  int lines_ = 0;
  bool holds_anything_ = false;
};

// The line of the first character that is neither blank nor part of a comment; 0 where there is none.
int first_line_with_sql(std::string_view text);

// Without blanks (spaces, tabs, form feeds, vertical tabs) at both ends; without those at its end.
std::string_view trimmed(std::string_view text);
std::string_view trimmed_end(std::string_view text);
// The text up to the next blank; it and the blanks behind it are taken off. REQUIRES: no blank in front.
std::string_view take_word(std::string_view& text);
// Whether ASCII letters alone tell them apart by case, or nothing does.
bool same_word(std::string_view left, std::string_view right);

}  // namespace drydock
