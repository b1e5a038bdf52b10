// A validation for people, scripts and spreadsheets.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "sim/app/validate/validation.hpp"

namespace aie4ml::sim::validate {

// Table of rows, summary by network and over all, list of failed cases.
std::string to_text(const Validation& validation);
// "median 1.2 %, 90th percentile 3.4 %, worst 5.6 %, signed mean -0.7 %, of 33 values"
std::string to_text(const Summary& summary);
// cases[] {id, metric, published, predicted, error_percent}, failed[] {id, reason}, summary {...},
// networks[]. Without rows the numbers of a summary are null.
nlohmann::ordered_json to_json(const Validation& validation);
nlohmann::ordered_json to_json(const Summary& summary);
// One line per row under a line of names.
std::string to_csv(const Validation& validation);

// Throws arch::InputError if the file cannot be written to its end.
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace aie4ml::sim::validate
