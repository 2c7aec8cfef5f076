// Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): the shortest edit script is the path with
// the fewest horizontal (deleted) and vertical (inserted) steps through a grid whose diagonals are equal lines. For
// each number of steps d the furthest x on each diagonal k = x - y is kept; the path is then read backwards from the
// end.
#include "runner/plan/text_diff.h"

#include <algorithm>
#include <string>
#include <vector>

namespace drydock {
namespace {

using Lines = std::vector<std::string_view>;

struct Edit {
  char mark = ' ';  // ' ', '-' or '+', as it is printed
  std::string_view line;
};

constexpr std::size_t context = 3;
// Beyond this many changed lines no script is searched for: memory grows with its square, and nobody reads it.
constexpr int most_steps = 2000;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view at(const Lines& lines, int index) { return lines[static_cast<std::size_t>(index)]; }

// The furthest x on the diagonals -d, -d + 2 ... d.
class Frontier {
 public:
  explicit Frontier(int steps) : steps_(steps), x_(static_cast<std::size_t>(2 * steps + 1)) {}
  int& operator[](int diagonal) { return x_[static_cast<std::size_t>(diagonal + steps_)]; }
  int operator[](int diagonal) const { return x_[static_cast<std::size_t>(diagonal + steps_)]; }

 private:
  int steps_;
  std::vector<int> x_;
};

// Whether step d reaches diagonal k by an insertion, from diagonal k + 1 of the frontier before.
bool inserts(const Frontier& before, int d, int k) { return k == -d || (k != d && before[k - 1] < before[k + 1]); }

// The frontiers up to the first that reaches the end of both; empty where that takes more than most_steps.
std::vector<Frontier> search(const Lines& before, const Lines& after) {
  const int rows = static_cast<int>(before.size()), columns = static_cast<int>(after.size());
  std::vector<Frontier> frontiers;
  for (int d = 0; d <= std::min(rows + columns, most_steps); ++d) {
    Frontier frontier(d);
    for (int k = -d; k <= d; k += 2) {
      int x = 0;
      if (d > 0) x = inserts(frontiers.back(), d, k) ? frontiers.back()[k + 1] : frontiers.back()[k - 1] + 1;
      while (x < rows && x - k < columns && at(before, x) == at(after, x - k)) ++x;
      frontier[k] = x;
      if (x >= rows && x - k >= columns) {
        frontiers.push_back(std::move(frontier));
        return frontiers;
      }
    }
    frontiers.push_back(std::move(frontier));
  }
  return {};
}

std::vector<Edit> replace_everything(const Lines& before, const Lines& after) {
  std::vector<Edit> edits;
  for (std::string_view line : before) edits.push_back({'-', line});
  for (std::string_view line : after) edits.push_back({'+', line});
  return edits;
}

std::vector<Edit> edit_script(const Lines& before, const Lines& after) {
  const std::vector<Frontier> frontiers = search(before, after);
  if (frontiers.empty()) return replace_everything(before, after);

  std::vector<Edit> edits;
  int x = static_cast<int>(before.size()), y = static_cast<int>(after.size());
  const auto take_equal_lines_down_to = [&](int to_x, int to_y) {
    for (; x > to_x && y > to_y; --x, --y) edits.push_back({' ', at(before, x - 1)});
  };
  for (int d = static_cast<int>(frontiers.size()) - 1; d > 0; --d) {
    const Frontier& previous = frontiers[static_cast<std::size_t>(d - 1)];
    const bool inserted = inserts(previous, d, x - y);
    const int diagonal = inserted ? x - y + 1 : x - y - 1;
    const int from_x = previous[diagonal], from_y = from_x - diagonal;
    take_equal_lines_down_to(inserted ? from_x : from_x + 1, inserted ? from_y + 1 : from_y);
    edits.push_back(inserted ? Edit{'+', at(after, from_y)} : Edit{'-', at(before, from_x)});
    x = from_x;
    y = from_y;
  }
  take_equal_lines_down_to(0, 0);
  std::reverse(edits.begin(), edits.end());
  return edits;
}

// Edits [begin, end): changes that stand close together, with the equal lines around them.
struct Hunk {
  std::size_t begin = 0, end = 0;
};

std::vector<Hunk> hunks_of(const std::vector<Edit>& edits) {
  std::vector<Hunk> hunks;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].mark == ' ') continue;
    const Hunk around{i - std::min(i, context), std::min(i + 1 + context, edits.size())};
    if (!hunks.empty() && around.begin <= hunks.back().end) {
      hunks.back().end = around.end;
    } else {
      hunks.push_back(around);
    }
  }
  return hunks;
}

// "12,7"; an empty range is named by the line before it, as diff does.
std::string range(std::size_t lines_before, std::size_t count) {
  const std::size_t first = count == 0 ? lines_before : lines_before + 1;
  return std::to_string(first) + (count == 1 ? "" : "," + std::to_string(count));
}

std::size_t count_lines(const std::vector<Edit>& edits, Hunk hunk, char other_side) {
  return static_cast<std::size_t>(std::count_if(edits.begin() + static_cast<std::ptrdiff_t>(hunk.begin),
                                                edits.begin() + static_cast<std::ptrdiff_t>(hunk.end),
                                                [&](const Edit& edit) { return edit.mark != other_side; }));
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view before_name,
                         std::string_view after_name) {
  const std::vector<Edit> edits = edit_script(lines_of(before), lines_of(after));
  const std::vector<Hunk> hunks = hunks_of(edits);
  if (hunks.empty()) return {};

  std::string diff = "--- " + std::string(before_name) + "\n+++ " + std::string(after_name) + "\n";
  for (const Hunk& hunk : hunks) {
    const Hunk ahead{0, hunk.begin};
    diff += "@@ -" + range(count_lines(edits, ahead, '+'), count_lines(edits, hunk, '+')) + " +" +
            range(count_lines(edits, ahead, '-'), count_lines(edits, hunk, '-')) + " @@\n";
    for (std::size_t i = hunk.begin; i < hunk.end; ++i) diff += edits[i].mark + std::string(edits[i].line) + "\n";
  }
  return diff;
}

}  // namespace drydock
