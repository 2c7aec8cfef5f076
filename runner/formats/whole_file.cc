#include "runner/formats/whole_file.h"

#include <algorithm>

#include "runner/formats/sections.h"

namespace drydock {
namespace {

struct Mark {
  std::string_view words;  // behind the dashes of a comment
  std::string_view format;
};

constexpr Mark marks[] = {{"+goose ", "goose"},
                          {"migrate:up", "dbmate"},
                          {"migrate:down", "dbmate"},
                          {"+migrate ", "sql-migrate"},
                          {"create above / drop below ----", "tern"}};

// Whether nothing but blanks and the dashes of a comment stands before it in its line.
bool opens_comment(std::string_view text, std::size_t at) {
  const std::size_t begin = text.rfind('\n', at) + 1;  // 0 in the first line
  const std::string_view before = trimmed(text.substr(begin, at - begin));
  return before.size() >= 2 && before.find_first_not_of('-') == std::string_view::npos;
}

}  // namespace

bool opts_out_of_transaction(std::string_view text) { return text.starts_with("-- no-transaction"); }

void accept_whole_file(MigrationFile& file) {
  const std::string_view text = file.text;
  if (opts_out_of_transaction(text)) file.transaction_none = true;
  for (const Mark& mark : marks)
    for (std::size_t at = text.find(mark.words); at != std::string_view::npos; at = text.find(mark.words, at + 1))
      if (opens_comment(text, at))
        throw MigrationError(file.file, 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n')),
                             "this line opens a section of a file of " + std::string(mark.format) +
                                 ", and the folder was read as one whose files run as a whole: say format = \"" +
                                 std::string(mark.format) + "\" in drydock.toml (or --format), or take the line out");
}

}  // namespace drydock
