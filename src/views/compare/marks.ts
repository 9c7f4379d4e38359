/** What the charts take of the chart library: a file of its own, loaded with the first chart. */
export {
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  link,
  plot,
  rectX,
  ruleX,
  ruleY,
  text,
  tickX,
} from '@observablehq/plot'
