// Lines and bars with a plain grid, drawn as SVG. No tooltip, toolbox, pie or gauge:
// the default tooltip writes inline styles, which the content policy refuses.
import { init, use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

export { init };
