#include "runner/cli/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "runner/cli/exit_code.h"

namespace drydock {

void start_log(const std::string& level, ColourChoice colour) {
  const spdlog::level::level_enum threshold = spdlog::level::from_str(level);
  if (threshold == spdlog::level::off && level != "off")
    throw Failure(ExitCode::usage,
                  "unknown --log-level '" + level + "': it is one of trace, debug, info, warn, error, critical, off");
  const auto mode = colour == ColourChoice::always  ? spdlog::color_mode::always
                    : colour == ColourChoice::never ? spdlog::color_mode::never
                                                    : spdlog::color_mode::automatic;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_st>(mode);
  auto logger = std::make_shared<spdlog::logger>("drydock", std::move(sink));
  logger->set_level(threshold);
  logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
}

void log_warning(const std::string& message) { spdlog::warn(message); }

}  // namespace drydock
