// Draws the charts of a page with ECharts, in the colours of the page's tokens, and again when the theme changes.
// Everything it says is text on the canvas: our policy allows no style inside of markup.

const COMPACT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const EXACT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const DAY_MS = 24 * 3600 * 1000;
const drawn = new Map();

// Tokens are light-dark() pairs: only a painted property tells which of both holds.
function colours(place) {
  const probe = document.createElement("span");
  place.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = new Proxy({}, { get: (_, name) => read(name) });
  return { found, done: () => probe.remove() };
}

function options(chart, place) {
  const { found, done } = colours(place);
  const font = getComputedStyle(document.body).fontFamily;
  const words = { color: found["text-3"], fontFamily: font, fontSize: 11 };
  const times = chart.times.map((time) => new Date(time));
  const span = times.length ? times.at(-1) - times[0] : 0;
  const clock = (time) => time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = (time) => time.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const result = {
    animation: false,
    grid: { left: 8, right: 12, top: 16, bottom: 4, containLabel: true },
    textStyle: { fontFamily: font },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: found.surface,
      borderColor: found.border,
      textStyle: { color: found.text, fontFamily: font, fontSize: 12 },
      formatter: (points) => {
        const time = times[points[0].dataIndex];
        const lines = points.map((point) => `${point.seriesName}  ${point.value == null ? "–" : EXACT.format(point.value)}`);
        return [`${day(time)}, ${clock(time)}`, ...lines].join("\n");
      },
    },
    xAxis: {
      type: "category",
      data: times.map((time) => (span > 2 * DAY_MS ? day(time) : clock(time))),
      boundaryGap: false,
      axisLine: { lineStyle: { color: found["border-strong"] } },
      axisTick: { show: false },
      axisLabel: { ...words, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      min: 0,
      minInterval: chart.unit === "ms" ? undefined : 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: found.border } },
      axisLabel: { ...words, formatter: (value) => COMPACT.format(value) },
    },
    series: chart.series.map((one) => {
      const colour = found[one.tone];
      return {
        type: "line",
        name: one.name,
        data: one.values,
        // A figure between two that are not known would be invisible as a line.
        showSymbol: one.values.filter((value) => value != null).length < 3,
        symbolSize: 5,
        connectNulls: false,
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 1.8, type: one.dashed ? "dashed" : "solid" },
        areaStyle: one.filled ? { color: colour, opacity: 0.08 } : undefined,
      };
    }),
  };
  done();
  return result;
}

function draw(place) {
  const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  let instance = drawn.get(place);
  if (!instance) {
    instance = window.echarts.init(place, null, { renderer: "canvas" });
    drawn.set(place, instance);
    new ResizeObserver(() => place.isConnected && instance.resize()).observe(place);
  }
  instance.setOption(options(chart, place), true);
}

function drawAll() {
  for (const [place, instance] of drawn) {
    if (place.isConnected) continue;
    instance.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
}

drawAll();
document.addEventListener("theme-change", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
