// Draws `<figure data-chart="line|bar">` from its own table: one truth for both.
// First column: the axis; each further column a series; `data-emphasis` names the one that matters.
// Loaded by the pages that have charts: <script type="module" src="{% static 'linli/js/chart.js' %}">.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const number = (cell) => {
  const text = cell.dataset.value ?? cell.textContent.replace(/[,\s%]/g, "");
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
};

function read(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  return {
    axis: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.slice(1).map((name, i) => ({ name, values: rows.map((row) => number(row.cells[i + 1])) })),
  };
}

// Chinese takes the size of the font, Latin about half of it.
const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 15 : 8.5), 0);

// Two names at the same height cannot be read: the emphasised one stays.
function named(one, main, series) {
  const most = Math.max(...series.flatMap((each) => each.values), 0);
  return one === main || Math.abs(one.values.at(-1) - main.values.at(-1)) > 0.1 * most;
}

function lineOf(series, kind, emphasised, shown, lying) {
  const colour = emphasised ? token("--primary") : token("--line-strong");
  return {
    name: series.name,
    type: kind,
    data: series.values,
    color: colour,
    silent: true,
    showSymbol: false,
    barMaxWidth: 32,
    lineStyle: { width: emphasised ? 2.5 : 1.25 },
    endLabel: { show: kind === "line" && shown, formatter: "{a}", color: emphasised ? colour : token("--muted"), fontSize: 14 },
    label: { show: kind === "bar" && emphasised, position: lying ? "right" : "top", color: token("--ink"), fontSize: 14 },
    labelLayout: { moveOverlap: "shiftY" },
  };
}

// On a phone the names of many bars cover each other: then they lie below one another.
const lies = (figure, axis) => figure.dataset.chart === "bar" && figure.clientWidth / axis.length < 48;

function option(figure) {
  const { axis, series } = read(figure.querySelector("table"));
  const lying = lies(figure, axis);
  const kind = figure.dataset.chart;
  const main = series.find((one) => one.name === figure.dataset.emphasis) ?? series[0];
  const room = figure.clientWidth / axis.length;
  const whole = lying ? { interval: 0, width: 96, overflow: "break" } : kind === "bar" && room > 72 ? { interval: 0, width: room - 8, overflow: "break" } : { hideOverlap: true };
  const text = { color: token("--muted"), fontSize: 14 };
  const names = { type: "category", data: axis, inverse: lying, boundaryGap: kind === "bar", axisLabel: { ...text, ...whole },
    axisLine: { lineStyle: { color: token("--line-strong") } }, axisTick: { show: false } };
  const values = { type: "value", axisLabel: text, splitNumber: lying ? 3 : 4, splitLine: { lineStyle: { color: token("--line") } } };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: kind === "line" ? 12 + Math.max(...series.map((one) => widthOf(one.name))) : lying ? 48 : 8, top: 24, bottom: 8, containLabel: true },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: series.map((one) => lineOf(one, kind, one === main, named(one, main, series), lying)),
  };
}

async function draw(figures) {
  const { init } = await import(document.querySelector("[data-echarts]").dataset.echarts);
  for (const figure of figures) {
    figure.classList.add("drawn");
    figure.querySelector("details").open = false;
    const canvas = figure.querySelector(".chart-canvas");
    const { axis, series } = read(figure.querySelector("table"));
    if (lies(figure, axis)) canvas.style.height = `${axis.length * (series.length * 18 + 12) + 56}px`;
    const chart = init(canvas, null, { renderer: "svg" });
    chart.setOption(option(figure));
    new ResizeObserver(() => chart.resize()).observe(figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(option(figure)));
  }
}

const figures = [...document.querySelectorAll("figure[data-chart]")];
if (figures.length) draw(figures);
