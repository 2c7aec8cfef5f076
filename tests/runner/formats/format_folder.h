// A folder on disk for one test of a format, and what the format makes of it, in words that a test can compare.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fixtures/temporary_directory.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/format.h"

namespace drydock {

class FormatFolder {
 public:
  explicit FormatFolder(std::string format) : format_(std::move(format)) {}

  FormatFolder& with(const std::string& file, const std::string& text = "select 1;\n") {
    directory_.write(file, text);
    return *this;
  }
  FormatFolder& where(const std::string& variable, const std::string& value) {
    variables_[variable] = value;
    return *this;
  }
  FormatFolder& on(Dialect dialect) {
    dialect_ = dialect;
    return *this;
  }
  const std::filesystem::path& path() const { return directory_.path(); }
  const Format& format() const { return *find_format(format_, path()); }
  std::string detected(const std::string& below = ".") const {
    return std::string(find_format("", path() / below)->name());
  }

  std::vector<MigrationFile> read(const std::string& below = ".") const {
    FormatContext context{.dialect = dialect_, .placeholders = {}, .variable = [this](const std::string& name) {
                            const auto found = variables_.find(name);
                            return found == variables_.end() ? std::nullopt : std::optional<std::string>(found->second);
                          }};
    return format().read((path() / below).lexically_normal(), context);
  }
  // "VERSION NAME FILE", in order.
  std::vector<std::string> lines(const std::string& below = ".") const {
    std::vector<std::string> lines;
    for (const MigrationFile& file : read(below)) lines.push_back(id_of(file) + " " + file.name + " " + file.file);
    return lines;
  }
  // The message; empty where the folder can be read.
  std::string error(const std::string& below = ".") const {
    try {
      read(below);
    } catch (const MigrationError& error) {
      return error.what();
    }
    return "";
  }
  bool refuses(const std::string& part) const { return error().find(part) != std::string::npos; }

 private:
  std::string format_;
  Dialect dialect_ = Dialect::postgres;
  std::map<std::string, std::string> variables_;
  fixtures::TemporaryDirectory directory_;
};

using Lines = std::vector<std::string>;

}  // namespace drydock
