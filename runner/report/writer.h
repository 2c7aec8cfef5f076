// One writer per format of report; all_writers.cc lists them. A writer turns a document into text and does nothing
// else.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/document.h"
#include "runner/report/style.h"

namespace drydock {

class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  virtual std::string_view name() const = 0;
  // The ending of a file's name that asks for it: ".md".
  virtual std::string_view ending() const = 0;
  // Ends with a newline. Only text for a terminal is painted.
  virtual std::string write(const Document& document, Style style = {}) const = 0;
};

const std::vector<std::unique_ptr<ReportWriter>>& all_writers();

// By the ending of the file's name; nullptr where there is none for it.
const ReportWriter* writer_for(std::string_view file);

std::unique_ptr<ReportWriter> make_text_writer();
std::unique_ptr<ReportWriter> make_json_writer();
std::unique_ptr<ReportWriter> make_markdown_writer();
std::unique_ptr<ReportWriter> make_html_writer();
std::unique_ptr<ReportWriter> make_sarif_writer();
std::unique_ptr<ReportWriter> make_junit_writer();

}  // namespace drydock
