// Whether a text is well-formed markup: what a strict reader of XML would refuse, found without one.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

// Reads elements, attributes in double quotes, entities and text, and no more of XML than the reports hold.
class MarkupReader {
 public:
  // `empty_elements` have no end, as <meta> in HTML.
  MarkupReader(std::string_view text, std::set<std::string> empty_elements)
      : rest_(text), empty_elements_(std::move(empty_elements)) {
    while (!rest_.empty() && problem.empty()) read();
    if (problem.empty() && !open_.empty()) problem = open_.back() + " is not closed";
  }

  std::string problem;  // empty: it is well-formed

 private:
  void read() {
    if (rest_.starts_with("<?") || rest_.starts_with("<!"))
      take_until('>');
    else if (rest_.starts_with("</"))
      close(take_until('>'));
    else if (rest_.starts_with('<'))
      open(take_until('>'));
    else
      require_plain(rest_.substr(0, rest_.find('<')));
    rest_.remove_prefix(taken_);
  }

  // No value of an attribute holds one: > is escaped there.
  std::string_view take_until(char end) {
    const std::size_t at = rest_.find(end);
    taken_ = at == std::string_view::npos ? rest_.size() : at + 1;
    if (at == std::string_view::npos) problem = "a tag does not end";
    return rest_.substr(0, at);
  }

  void open(std::string_view tag) {
    const bool closed = tag.ends_with('/');
    tag = tag.substr(1, tag.size() - (closed ? 2 : 1));
    const std::string name(tag.substr(0, tag.find(' ')));
    if (!closed && !empty_elements_.contains(name)) open_.push_back(name);
    read_attributes(tag.substr(name.size()));
  }

  void read_attributes(std::string_view text) {
    const std::size_t taken = taken_;
    std::set<std::string_view> names;
    while (!text.empty() && problem.empty()) {
      const std::size_t start = text.find("=\""), end = start == text.npos ? start : text.find('"', start + 2);
      if (text.front() != ' ' || end == text.npos) problem = "no attribute: " + std::string(text);
      if (!problem.empty()) return;
      if (!names.insert(text.substr(1, start - 1)).second) problem = "twice: " + std::string(text);
      require_plain(text.substr(start + 2, end - start - 2));
      text.remove_prefix(end + 1);
    }
    taken_ = taken;
  }

  void close(std::string_view tag) {
    if (open_.empty() || open_.back() != tag.substr(2)) problem = std::string(tag) + " closes nothing";
    if (problem.empty()) open_.pop_back();
  }

  void require_plain(std::string_view text) {
    taken_ = text.size();
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if ((byte < 0x20 && text[at] != '\n' && text[at] != '\t') || byte == 0x7F || byte == 0xFF || text[at] == '<')
        problem = "byte " + std::to_string(byte);
      if (text[at] == '&' && !is_entity(text.substr(at))) problem = "no entity: " + std::string(text.substr(at, 20));
    }
  }

  static bool is_entity(std::string_view text) {
    for (const std::string_view entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#10;", "&#13;"})
      if (text.starts_with(entity)) return true;
    return false;
  }

  std::string_view rest_;
  std::size_t taken_ = 0;
  std::vector<std::string> open_;
  std::set<std::string> empty_elements_;
};

// "" where it is well-formed.
inline std::string what_is_malformed(std::string_view text, std::set<std::string> empty_elements = {}) {
  return MarkupReader(text, std::move(empty_elements)).problem;
}

}  // namespace drydock
