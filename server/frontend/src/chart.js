// Draws the table beside it: <div class="chart" data-chart="TABLE-ID" [data-lying]>. The table's head says by data-draw
// what becomes of a column (label, bar, stack, line, share) and its cells hold the numbers in data-value, so that chart
// and table always say the same; a click goes where the link of the row's label leads.
import './chart.css';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const MOST = 20;
const still = matchMedia('(prefers-reduced-motion: reduce)');
const style = getComputedStyle(document.documentElement);
const ink = (name) => style.getPropertyValue(name).trim();
const COLOURS = [ink('--brand'), '#d98a00', '#5b8c5a', '#8a5a9e', '#b0493f', '#7a8794', '#3f8fb0', '#a8853f'];
const TONES = { good: '#3d8b5f', bad: '#c0564d', none: '#b9c3cc' };
const font = { fontFamily: style.getPropertyValue('--font'), color: ink('--ink-soft') };

/** What a table holds: `labels`, `ways` (addresses or null) and `series` {draw, kind, name, values, words}. */
function read(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  // Time is drawn whole, a ranking only as far as it can be read.
  const drawn = rows.slice(0, table.dataset.series === undefined ? MOST : rows.length);
  const at = heads.findIndex((head) => head.dataset.draw === 'label');
  return {
    labels: drawn.map((row) => row.cells[at].textContent.trim()),
    ways: drawn.map((row) => row.cells[at].querySelector('a')?.href ?? null),
    series: heads.flatMap((head, place) => !head.dataset.draw || place === at ? [] : [{
      draw: head.dataset.draw, kind: head.dataset.kind, tone: head.dataset.tone, name: head.textContent.trim(),
      values: drawn.map((row) => number(row.cells[place].dataset.value, head.dataset.kind)),
      words: drawn.map((row) => row.cells[place].textContent.trim()),
    }]),
  };
}

function number(text, kind) {
  if (!text) return null;
  return kind === 'share' ? Math.round(Number(text) * 1000) / 10 : Number(text);
}

function seriesOf({ draw, tone, name, values }, place, lying) {
  const line = draw === 'line' || draw === 'share';
  const axis = draw === 'share' ? 1 : 0;
  return {
    type: line ? 'line' : 'bar', name, data: values, stack: draw === 'stack' ? 'all' : undefined,
    ...(lying ? { xAxisIndex: axis } : { yAxisIndex: axis }),
    color: draw === 'share' && place > 1 ? ink('--ink') : TONES[tone] ?? COLOURS[place % COLOURS.length], barMaxWidth: 44, symbolSize: 7, connectNulls: false, animation: !still.matches,
    z: line ? 3 : 2,
    // Between steps that lie one above the other there is no course to be followed.
    ...(lying && line ? { lineStyle: { opacity: 0 }, symbol: 'diamond', symbolSize: 11 } : {}),
  };
}

function tooltip(data) {
  return {
    trigger: 'axis', confine: true, textStyle: { ...font, fontSize: 13 },
    // Built as nodes: what people wrote is text, never markup.
    formatter(points) {
      const box = document.createElement('div');
      const head = box.appendChild(document.createElement('strong'));
      head.textContent = data.labels[points[0].dataIndex];
      for (const point of points) {
        const line = box.appendChild(document.createElement('div'));
        line.textContent = `${point.seriesName}: ${data.series[point.seriesIndex].words[point.dataIndex]}`;
      }
      return box;
    },
  };
}

function option(data, lying, width) {
  const shares = data.series.some(({ draw }) => draw === 'share');
  const whole = data.series.filter(({ draw }) => draw !== 'share').every(({ kind }) => kind === 'count');
  const values = [
    { type: 'value', minInterval: whole ? 1 : 0, splitNumber: width < 520 ? 2 : 5, axisLabel: { ...font, hideOverlap: true }, splitLine: { lineStyle: { color: ink('--line') } } },
    ...(shares ? [{ type: 'value', min: 0, max: 100, splitNumber: width < 520 ? 2 : 5, axisLabel: { ...font, hideOverlap: true, formatter: '{value} %' }, splitLine: { show: false } }] : []),
  ];
  const names = {
    type: 'category', data: data.labels, inverse: lying,
    axisLabel: { ...font, width: lying ? Math.min(190, width / 3) : data.labels.length > 6 ? 88 : (width - 90) / data.labels.length, overflow: lying ? 'break' : 'truncate', interval: lying || data.labels.length <= MOST ? 0 : 'auto', rotate: !lying && data.labels.length > 6 ? 40 : 0 },
    axisTick: { show: false },
  };
  return {
    aria: { enabled: false }, textStyle: font, tooltip: tooltip(data),
    legend: { show: data.series.length > 1, top: 0, type: 'plain', textStyle: font },
    grid: { top: data.series.length > 1 ? (data.series.length > 3 ? 64 : 44) : 20, left: 8, right: shares || lying ? 24 : 8, bottom: 8, containLabel: true },
    [lying ? 'yAxis' : 'xAxis']: names, [lying ? 'xAxis' : 'yAxis']: values,
    series: data.series.map((each, place) => seriesOf(each, place, lying)),
  };
}

for (const host of document.querySelectorAll('[data-chart]')) {
  const data = read(document.getElementById(host.dataset.chart));
  const table = document.getElementById(host.dataset.chart);
  // On a phone many names find no room below the bars.
  const crowded = table.dataset.series === undefined && data.labels.length > 6 && host.clientWidth < 520;
  const lying = crowded || host.dataset.lying !== undefined;
  if (lying) host.style.height = `${Math.max(9, 4 + data.labels.length * 2.6)}rem`;
  const chart = echarts.init(host, null, { renderer: 'svg' });
  chart.on('finished', () => { host.dataset.ready = '1'; });
  chart.on('click', ({ dataIndex }) => { if (data.ways[dataIndex]) location.assign(data.ways[dataIndex]); });
  chart.setOption(option(data, lying, host.clientWidth));
  new ResizeObserver(() => chart.resize()).observe(host);
}
