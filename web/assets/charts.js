// The kinds of chart that the statistics pages use, drawn as SVG and described for screen readers; loaded only there.
import { BarChart, HeatmapChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  DatasetComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

export { init };
