#include "sim/app/compare/comparison_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "arch/text_table.hpp"

namespace aie4ml::sim::comparison {
namespace {

using arch::TextTable;
using Align = TextTable::Align;

std::string cell(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::string plural(std::int64_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string headline(const DesignComparison& comparison) {
  std::string text = fmt::format("{}: {} on the same inputs\ninputs: {}\n\n", comparison.model,
                                 plural(static_cast<std::int64_t>(comparison.designs.size()), "design"),
                                 comparison.inputs_note);
  TextTable table({{"design"}, {"firmware"}, {"device"}, {"AIE clock", Align::right}});
  for (const ComparedDesign& design : comparison.designs) {
    const traces::Report& report = design.measured.report;
    table.add_row(
        {design.name, design.firmware, report.device, fmt::format("{:g} MHz", report.clocks.aie_mhz)});
  }
  return text + table.print();
}

std::string outputs(const DesignComparison& comparison) {
  std::string text = "\n";
  const ComparedDesign& first = comparison.designs.front();
  for (const ComparedDesign& design : comparison.designs) {
    if (!design.fault.empty()) text += fmt::format("{} FAILED: {}\n", design.name, design.fault);
    for (const auto& [port, compared] : design.outputs) {
      text +=
          compared.differing == 0
              ? fmt::format("{}: {} values, {} equals {} bit for bit\n", comparison.tensors[port],
                            compared.compared, design.name, first.name)
              : fmt::format(
                    "{}: {} of {} values of {} DIFFER from those of {}, first at [{}]: {} in {}, {} in {}\n",
                    comparison.tensors[port], compared.differing, compared.compared, design.name, first.name,
                    fmt::join(compared.first->index, ","), compared.first->expected, first.name,
                    compared.first->got, design.name);
    }
  }
  return text;
}

std::string figure_table(const DesignComparison& comparison) {
  const ComparedDesign& first = comparison.designs.front();
  std::vector<TextTable::Column> columns{{""}, {""}};
  for (const ComparedDesign& design : comparison.designs) columns.push_back({design.name, Align::right});
  for (const ComparedDesign& design : comparison.designs) {
    if (&design != &first) columns.push_back({design.name + "/" + first.name, Align::right});
  }
  TextTable table(columns);
  std::optional<Section> section;
  for (const Figure& figure : figures()) {
    if (figure.section != section) {
      std::vector<std::string> heading(columns.size());
      if (section) table.add_row(heading);
      section = figure.section;
      heading[0] = title(*section);
      table.add_row(std::move(heading));
    }
    std::vector<std::string> row{"  " + std::string(figure.label), std::string(figure.unit)};
    for (const ComparedDesign& design : comparison.designs) {
      row.push_back(cell(figure.value(design.measured), figure.decimals));
    }
    const auto reference = figure.value(first.measured);
    for (const ComparedDesign& design : comparison.designs) {
      if (&design != &first) row.push_back(cell(ratio(figure.value(design.measured), reference), 2));
    }
    table.add_row(std::move(row));
  }
  return "\n" + table.print();
}

const traces::LayerReport* find_layer(const ComparedDesign& design, const std::string& name) {
  const auto& layers = design.measured.report.layers;
  const auto found =
      std::find_if(layers.begin(), layers.end(), [&](const auto& l) { return l.name == name; });
  return found == layers.end() ? nullptr : &*found;
}

std::optional<double> layer_ns(const ComparedDesign& design, const traces::LayerReport& layer) {
  if (!layer.cycles_per_iteration) return std::nullopt;
  return *layer.cycles_per_iteration * design.measured.report.clocks.ns_per_cycle;
}

// Names of all designs' layers, each behind those that come before it in its own design.
std::vector<std::string> layer_names(const DesignComparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedDesign& design : comparison.designs) {
    auto behind = names.begin();
    for (const traces::LayerReport& layer : design.measured.report.layers) {
      const auto found = std::find(names.begin(), names.end(), layer.name);
      behind = found == names.end() ? names.insert(behind, layer.name) + 1 : found + 1;
    }
  }
  return names;
}

std::string layer_table(const DesignComparison& comparison) {
  const ComparedDesign& first = comparison.designs.front();
  TextTable table({{"layer"},
                   {"design"},
                   {"tiles", Align::right},
                   {"cycles/call", Align::right},
                   {"cycles/iteration", Align::right},
                   {"ns/iteration", Align::right},
                   {"of peak %", Align::right},
                   {"ns ratio", Align::right}});
  for (const std::string& name : layer_names(comparison)) {
    const traces::LayerReport* reference = find_layer(first, name);
    bool named = false;
    for (const ComparedDesign& design : comparison.designs) {
      const traces::LayerReport* layer = find_layer(design, name);
      if (layer == nullptr) continue;
      const auto ns = layer_ns(design, *layer);
      const bool held_against = reference != nullptr && layer != reference;
      table.add_row({named ? "" : name, design.name, fmt::to_string(layer->tiles.size()),
                     cell(layer->cycles_per_call, 1), cell(layer->cycles_per_iteration, 1), cell(ns, 1),
                     cell(layer->efficiency_percent, 1),
                     held_against ? cell(ratio(ns, layer_ns(first, *reference)), 2) : ""});
      named = true;
    }
  }
  return table.empty() ? "" : "\nlayers: time inside kernels, of the busiest tile\n" + table.print("  ");
}

std::string bottlenecks(const DesignComparison& comparison) {
  std::string text = "\nbottleneck\n";
  for (const ComparedDesign& design : comparison.designs) {
    const auto& bottleneck = design.measured.report.bottleneck;
    text += fmt::format("  {}: {}\n", design.name, bottleneck ? bottleneck->sentence : "-");
  }
  return text;
}

// "first output 20.1 % sooner".
std::string change(const char* what, const std::optional<double>& ratio_ns, const char* less,
                   const char* more) {
  if (!ratio_ns) return "";
  if (*ratio_ns == 1) return fmt::format("{} the same, ", what);
  return fmt::format("{} {:.1f} % {}, ", what, 100 * std::abs(*ratio_ns - 1), *ratio_ns < 1 ? less : more);
}

std::string in_short(const DesignComparison& comparison) {
  const traces::Report& first = comparison.designs.front().measured.report;
  std::string text = "\n";
  for (const ComparedDesign& design : comparison.designs) {
    const traces::Report& report = design.measured.report;
    if (&report == &first || !design.fault.empty() || !comparison.designs.front().fault.empty()) continue;
    std::string line =
        change("first output", ratio(report.latency.first_output_ns, first.latency.first_output_ns), "sooner",
               "later") +
        change("last output", ratio(report.latency.last_output_ns, first.latency.last_output_ns), "sooner",
               "later");
    if (const auto faster = ratio(first.interval.ns, report.interval.ns))
      line += fmt::format("{:.2f} times the iterations per second, ", *faster);
    text +=
        fmt::format("{} against {}, in ns: {}with {}\n", design.name, comparison.designs.front().name, line,
                    report.tiles == first.tiles
                        ? fmt::format("as many tiles ({})", report.tiles)
                        : fmt::format("{} instead of {}", plural(report.tiles, "tile"), first.tiles));
  }
  return text;
}

}  // namespace

std::string to_text(const DesignComparison& comparison) {
  return headline(comparison) + outputs(comparison) + figure_table(comparison) + layer_table(comparison) +
         bottlenecks(comparison) + in_short(comparison);
}

}  // namespace aie4ml::sim::comparison
