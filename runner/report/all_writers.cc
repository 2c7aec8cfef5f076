#include "runner/report/writer.h"

namespace drydock {

const std::vector<std::unique_ptr<ReportWriter>>& all_writers() {
  static const std::vector<std::unique_ptr<ReportWriter>> writers = [] {
    std::vector<std::unique_ptr<ReportWriter>> list;
    list.push_back(make_text_writer());
    list.push_back(make_json_writer());
    list.push_back(make_markdown_writer());
    list.push_back(make_html_writer());
    list.push_back(make_sarif_writer());
    list.push_back(make_junit_writer());
    return list;
  }();
  return writers;
}

const ReportWriter* writer_for(std::string_view file) {
  for (const std::unique_ptr<ReportWriter>& writer : all_writers())
    if (file.ends_with(writer->ending())) return writer.get();
  return nullptr;
}

}  // namespace drydock
