#include "runner/plan/text_diff.h"

#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <vector>

namespace drydock {
namespace {

struct Case {
  std::string title, before, after, hunks;
};

const Case cases[] = {
    {"equal texts have no difference", "a\nb\n", "a\nb\n", ""},
    {"two empty texts have no difference", "", "", ""},
    {"a missing last line end is no difference of lines", "a\nb", "a\nb\n", ""},
    {"a changed line", "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
    {"a line added at the end", "a\n", "a\nb\n", "@@ -1 +1,2 @@\n a\n+b\n"},
    {"a line added at the start", "b\n", "a\nb\n", "@@ -1 +1,2 @@\n+a\n b\n"},
    {"a line removed", "a\nb\n", "a\n", "@@ -1,2 +1 @@\n a\n-b\n"},
    {"everything is new", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
    {"everything is gone", "a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n"},
    {"an empty line is a line", "a\n\nb\n", "a\nb\n", "@@ -1,3 +1,2 @@\n a\n-\n b\n"},
    {"three lines around a change are shown", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
     "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
    {"changes far apart are two hunks", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n",
     "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n"},
    {"changes close together are one", "1\n2\n3\n4\n5\n6\n7\n", "x\n2\n3\n4\n5\n6\ny\n",
     "@@ -1,7 +1,7 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n-7\n+y\n"},
    {"the shortest way is taken", "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
     "@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n"},
};

TEST_CASE("Two texts are compared by lines, in the unified form.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    const std::string diff = unified_diff(given.before, given.after, "as applied", "0001_a.sql");
    const std::string header = "--- as applied\n+++ 0001_a.sql\n";
    CHECK(diff == (given.hunks.empty() ? "" : header + given.hunks));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What patch would make of the text.
std::string patched(const std::string& before, const std::string& diff) {
  const std::vector<std::string> old_lines = lines_of(before);
  std::string result;
  std::size_t next = 0;
  for (const std::string& line : lines_of(diff)) {
    if (line.starts_with("---") || line.starts_with("+++")) continue;
    if (line.starts_with("@@")) {
      const auto first = static_cast<std::size_t>(std::stoi(line.substr(4)));
      const bool removes_nothing = line.substr(4, line.find(' ', 4) - 4).ends_with(",0");
      while (next < (removes_nothing ? first : first - 1)) result += old_lines[next++] + "\n";
    } else if (line.front() == '+') {
      result += line.substr(1) + "\n";
    } else {
      CHECK(old_lines.at(next) == line.substr(1));
      if (line.front() == ' ') result += line.substr(1) + "\n";
      ++next;
    }
  }
  while (next < old_lines.size()) result += old_lines[next++] + "\n";
  return result;
}

std::string random_text(std::mt19937& random, std::size_t most_lines) {
  std::string text;
  for (std::size_t lines = random() % (most_lines + 1); lines > 0; --lines) {
    text += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
  }
  return text;
}

TEST_CASE("A difference, applied to the text before, makes the text after.") {
  std::mt19937 random(20261120);
  for (int i = 0; i < 500; ++i) {
    const std::string before = random_text(random, 30), after = random_text(random, 30);
    CAPTURE(before);
    CAPTURE(after);
    CHECK(patched(before, unified_diff(before, after, "a", "b")) == after);
  }
}

TEST_CASE("Texts that have nothing in common are shown whole, in bounded time.") {
  std::string before, after;
  for (int i = 0; i < 5000; ++i) {
    before += "old " + std::to_string(i) + "\n";
    after += "new " + std::to_string(i) + "\n";
  }
  CHECK(patched(before, unified_diff(before, after, "a", "b")) == after);
}

}  // namespace
}  // namespace drydock
